import { blockOf, type Line, line, type Meter } from '../line.ts';
import { hoursPerMonth } from '../prices.ts';

export const restApi: Meter = ({ address }, usage) => [
  line(address, 'requests', usage.apiRequests, 'apiRequest'),
];

export const bus: Meter = ({ address }, usage) => [line(address, 'events', usage.events, 'event')];

/** Gigabytes of an event in the archive. */
const eventGb = 1e-6;

export const archive: Meter = ({ address }, usage) => [
  line(address, 'events archived', usage.events * eventGb, 'archiveGb'),
];

export const queue: Meter = ({ address }) => [line(address, 'dead letters', 0, 'queueRequest')];

export const guardrail: Meter = ({ address }, usage) => [
  line(
    address,
    'text checked for content, topics and personal data',
    usage.guardrailUnits * 2,
    'guardrailContent',
  ),
  line(address, 'answers checked against their sources', usage.groundingUnits, 'guardrailGrounding'),
];

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

export const key: Meter = ({ address }) => [line(address, 'a key', 1, 'key', { fixed: true })];

export const nat: Meter = ({ address }) => [
  line(address, 'hours', hoursPerMonth, 'natHour', { fixed: true }),
];

export const loadBalancer: Meter = ({ address }) => [
  line(address, 'a month', 1, 'loadBalancer', { fixed: true }),
];

export const cache: Meter = ({ address }) => [
  line(address, 'node hours', hoursPerMonth, 'cacheMicro', { fixed: true }),
];
