import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import { monthlyBudget } from './budget.ts';
import { dashboard } from './dashboard.ts';
import { SavedQueries } from './logs.ts';

export interface WatchProps {
  readonly settings: Settings;
  readonly accountId: string;
  /** Names of log groups. */
  readonly functionLogs: readonly string[];
  readonly accessLog: string;
}

/** What tells people how the stage is: alarms, a dashboard, a budget, questions to the logs. */
export class Watch extends Construct {
  /** Alarms that a rollout turns back on; none where the stage has no alarms. */
  readonly stoppingRollouts: readonly string[];

  constructor(scope: Construct, id: string, { settings, accountId, ...logs }: WatchProps) {
    super(scope, id);
    const topic = new AlarmTopic(this, 'topic', { settings, accountId });
    monthlyBudget(this, settings, topic.arn);
    new SavedQueries(this, 'queries', { settings, ...logs });
    if (settings.watch.dashboard) dashboard(this, settings);
    this.stoppingRollouts = settings.watch.alarms
      ? new Alarms(this, 'alarms', settings, topic.arn).stoppingRollouts
      : [];
  }
}
