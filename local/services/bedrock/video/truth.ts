import { type Severity, severities } from '@nova/shared/vocabulary';
import { fromJson, isRecord } from '../json.ts';

/** The content that a fixture video states, as JSON in its container's comment, under one key. */

export interface Truth {
  readonly scenes: readonly { readonly start: number; readonly end: number; readonly description: string }[];
  readonly anomalies: readonly {
    readonly start: number;
    readonly end: number;
    readonly severity: Severity;
    readonly reason: string;
  }[];
}

const key = 'novaFixture';

/** The comment that carries a truth. */
export const truthComment = (truth: Truth) => JSON.stringify({ [key]: truth });

/** The truth a comment carries, or undefined: most comments are something else. */
export function truthOf(comment: string | undefined): Truth | undefined {
  const outer = fromJson(comment ?? '');
  const truth = isRecord(outer) ? outer[key] : undefined;
  if (!isRecord(truth)) return undefined;
  const spans = (list: unknown) => (Array.isArray(list) ? list.filter(isRecord) : []);
  return {
    scenes: spans(truth.scenes).map(({ start, end, description }) => ({
      start: Number(start),
      end: Number(end),
      description: String(description),
    })),
    anomalies: spans(truth.anomalies).map(({ start, end, severity, reason }) => ({
      start: Number(start),
      end: Number(end),
      severity: severities.find((one) => one === severity) ?? 'low',
      reason: String(reason),
    })),
  };
}
