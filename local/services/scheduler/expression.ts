/**
 * The time of a one-time schedule, in milliseconds since the epoch: `at(2026-01-01T00:00:05)`, in UTC. Undefined for another
 * expression. Source: EventBridge Scheduler user guide, "One-time schedules".
 */
export function timeOf(expression: string): number | undefined {
  const [, text] = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(expression) ?? [];
  const time = text === undefined ? Number.NaN : Date.parse(`${text}Z`);
  return Number.isNaN(time) ? undefined : time;
}
