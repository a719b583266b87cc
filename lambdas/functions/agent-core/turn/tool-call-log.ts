import type { ToolCall } from '@nova/shared/api/chat';

/** Characters of a tool's input that are recorded. Tools take short questions and ids, but a model may write anything. */
const maxChars = 4000;

/** DynamoDB nests 32 levels (DynamoDB quotas); the event around the input takes some of them. */
const maxDepth = 20;

/** The tool calls of a turn, in the order they began. */
export class ToolCallLog {
  readonly #calls = new Map<string, ToolCall>();

  get calls(): ToolCall[] {
    return [...this.#calls.values()];
  }

  /** @param status of the call so far: `error` until it has ended */
  record({ id, name, input, status = 'error' }: Omit<ToolCall, 'status'> & Partial<ToolCall>): void {
    this.#calls.set(id, { id, name, input: recordableInput(input), status });
  }
}

/** A tool's input as the event store can hold it: unchanged if it fits, otherwise as JSON text, truncated if necessary. */
export function recordableInput(input: unknown): unknown {
  const text = JSON.stringify(input) ?? 'null';
  if (text.length <= maxChars && fits(input, 0)) return input;
  return text.slice(0, maxChars).toWellFormed();
}

function fits(value: unknown, depth: number): boolean {
  if (depth > maxDepth) return false;
  if (typeof value === 'number') return isDynamoNumber(value);
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => key !== '' && fits(member, depth + 1));
}

/** Source: DynamoDB data types, "Number"; the SDK refuses integers outside JavaScript's safe range. */
function isDynamoNumber(value: number): boolean {
  if (Number.isInteger(value)) return Number.isSafeInteger(value);
  return Math.abs(value) >= 1e-130;
}
