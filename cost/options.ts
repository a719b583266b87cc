import type { SynthesizedStack } from '../review/synthesized-stack.ts';
import { type Line, line } from './line.ts';
import { keyLines } from './meters/around.ts';
import { accessLogLine } from './meters/data.ts';
import type { Usage } from './usage.ts';

/** A protection that is off by default, because it costs something. */
export interface Option {
  readonly name: string;
  /** The setting in `modules/settings.ts` that turns it on. */
  readonly setting: 'firewall' | 'ownKey' | 'accessLogs';
  /** The type of resource that a stage has when it is on. */
  readonly type: string;
  lines(usage: Usage): Line[];
}

/** What each option adds to a month. `docs/security.md` says what it buys. */
export const options: readonly Option[] = [
  {
    name: 'AWS WAF in front of the API',
    setting: 'firewall',
    type: 'aws_wafv2_web_acl',
    lines: ({ apiRequests }) => [
      line('firewall', 'web ACL', 1, 'firewall', { fixed: true }),
      line('firewall', 'three rules', 3, 'firewallRule', { fixed: true }),
      line('firewall', 'requests', apiRequests, 'firewallRequest'),
    ],
  },
  {
    name: "an own KMS key for the table of streams' keys",
    setting: 'ownKey',
    type: 'aws_kms_key',
    lines: (usage) => keyLines('ownKey', usage),
  },
  {
    name: 'access logs of the buckets',
    setting: 'accessLogs',
    type: 'aws_s3_bucket_logging',
    lines: (usage) => [accessLogLine('accessLogs', usage)],
  },
];

/** Whether the stacks of a stage have an option. */
export const isOn = ({ type }: Option, stacks: readonly SynthesizedStack[]) =>
  stacks.some((stack) => stack.of(type).length > 0);
