import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/** A log group that forgets; one that a service makes for itself keeps everything for ever. */
export const logGroup = (scope: Construct, name: string, settings: Settings) =>
  new CloudwatchLogGroup(scope, 'logs', { name, retentionInDays: settings.retention.logs });
