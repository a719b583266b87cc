import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import { budgets } from './budgets.ts';
import { dashboard } from './dashboard.ts';
import { SavedQueries } from './logs.ts';

export interface ObservabilityProps {
  readonly settings: Settings;
  readonly accountId: string;
  /** Names of the functions' log groups. */
  readonly functionLogs: readonly string[];
  readonly accessLog: string;
}

/** Monitoring of the stage: alarms, a dashboard, monthly budgets and saved log queries. */
export class Observability extends Construct {
  /** Names of the alarms that roll a rollout back; none if the stage has no alarms. */
  readonly stoppingRollouts: readonly string[];

  constructor(scope: Construct, id: string, { settings, accountId, ...logs }: ObservabilityProps) {
    super(scope, id);
    const topic = new AlarmTopic(this, 'topic', { settings, accountId });
    budgets(this, settings, topic.arn);
    new SavedQueries(this, 'queries', { settings, ...logs });
    if (settings.monitoring.dashboard) dashboard(this, settings);
    this.stoppingRollouts = settings.monitoring.alarms
      ? new Alarms(this, 'alarms', settings, topic.arn).stoppingRollouts
      : [];
  }
}
