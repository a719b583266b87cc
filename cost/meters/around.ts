import { blockOf, type Line, line, type Meter } from '../line.ts';
import { hoursPerMonth, type PriceName } from '../prices.ts';
import type { Usage } from '../usage.ts';

export const restApi: Meter = ({ address }, usage) => [
  line(address, 'requests', usage.apiRequests, 'apiRequest'),
];

export const bus: Meter = ({ address }, usage) => [line(address, 'events', usage.events, 'event')];

/** Gigabytes of an event in the archive. */
const eventGb = 1e-6;

export const archive: Meter = ({ address }, usage) => [
  line(address, 'events archived', usage.events * eventGb, 'archiveGb'),
];

export const schedules: Meter = ({ address }, usage) => [
  line(address, 'further calls of webhooks', usage.schedules, 'schedule', {
    note: 'the first 14 million of a month are free',
  }),
];

export const queue: Meter = ({ address }) => [line(address, 'dead letters', 0, 'queueRequest')];

/**
 * Each configured policy is billed for each text unit. Word filters are free, and so are regular expressions: of the sensitive
 * information policy, only entities such as PASSWORD cost. Source: Amazon Bedrock user guide, "How Amazon Bedrock Guardrails works".
 */
export const guardrail: Meter = ({ address, values }, usage) => {
  const { guardrailUnits: units, groundingUnits } = usage;
  const sensitive = blockOf(values.sensitive_information_policy_config) as { pii_entities_config?: unknown };
  const policies: [isSet: boolean, what: string, units: number, price: PriceName][] = [
    [isSet(values.content_policy_config), 'text checked for harmful content', units, 'guardrailContent'],
    [isSet(values.topic_policy_config), 'text checked for denied topics', units, 'guardrailContent'],
    [
      isSet(sensitive?.pii_entities_config),
      'text checked for personal data and secrets',
      units,
      'guardrailPersonalData',
    ],
    [
      isSet(values.contextual_grounding_policy_config),
      'answers checked against their sources',
      groundingUnits,
      'guardrailGrounding',
    ],
  ];
  return policies.flatMap(([set, what, checked, price]) =>
    set ? [line(address, what, checked, price)] : [],
  );
};

/** Whether a policy is configured: an empty list in a plan is a policy that is not. */
const isSet = (policy: unknown) => policy != null && !(Array.isArray(policy) && policy.length === 0);

export const alarm: Meter = ({ address, values }) => {
  const queries = (values.metric_query ?? []) as { metric?: unknown }[];
  const metrics = queries.filter(({ metric }) => blockOf(metric)).length || 1;
  return [line(address, 'metrics watched', metrics, 'alarmMetric', { fixed: true })];
};

export const dashboard: Meter = ({ address }) => [
  line(address, 'one page', 1, 'dashboard', {
    fixed: true,
    free: true,
    note: 'the first three of an account are always free, and $3.00 each after that',
  }),
];

export const firewall: Meter = ({ address, values }, usage): Line[] => [
  line(address, 'web ACL', 1, 'firewall', { fixed: true }),
  line(address, 'rules', ((values.rule ?? []) as unknown[]).length, 'firewallRule', { fixed: true }),
  line(address, 'requests', usage.apiRequests, 'firewallRequest'),
];

/** Functions that read the table of streams' keys. */
const readersOfKeys = 7;
/** DynamoDB asks KMS at most once in five minutes for each caller. Source: DynamoDB guide, "How encryption at rest works". */
const requestsPerHour = 12;

export const keyLines = (address: string, { activeHours }: Usage): Line[] => [
  line(address, 'a key', 1, 'key', {
    fixed: true,
    note: 'and $1.00 for each of its first two yearly rotations',
  }),
  line(address, 'requests of DynamoDB', activeHours * requestsPerHour * readersOfKeys, 'keyRequest'),
];

export const key: Meter = ({ address }, usage) => keyLines(address, usage);

export const nat: Meter = ({ address }) => [
  line(address, 'hours', hoursPerMonth, 'natHour', { fixed: true }),
];

export const loadBalancer: Meter = ({ address }) => [
  line(address, 'a month', 1, 'loadBalancer', { fixed: true }),
];

export const cache: Meter = ({ address }) => [
  line(address, 'node hours', hoursPerMonth, 'cacheMicro', { fixed: true }),
];
