import { UserError } from '@nova/shared/run-main';

/** Faults that can be injected into a request to DynamoDB. */
export const databaseFaults = ['throttle', 'error', 'timeout', 'conflict', 'lost'] as const;
export type DatabaseFault = (typeof databaseFaults)[number];

/** Faults that can be injected into a call to a model. */
export const modelFaults = [
  'throttle',
  'timeout',
  'error',
  'unavailable',
  'malformed',
  'cut',
  'silence',
  'slow',
] as const;
export type ModelFault = (typeof modelFaults)[number];

/** Shares of all calls that get a fault, by fault. */
export type FaultRates<Kind extends string> = Readonly<Partial<Record<Kind, number>>> & {
  /** Where the sequence of faults starts; the same seed gives the same sequence. */
  readonly seed?: number;
};

/** @throws UserError when a rate is not from 0 to 1, or their sum is over 1 */
export function checkRates<Kind extends string>(kinds: readonly Kind[], rates: FaultRates<Kind>): void {
  for (const kind of kinds) {
    const rate = rates[kind] ?? 0;
    if (!(rate >= 0 && rate <= 1))
      throw new UserError(`NOVA_FAULTS: ${kind} must be from 0 to 1, not ${rate}`);
  }
  const sum = kinds.reduce((total, kind) => total + (rates[kind] ?? 0), 0);
  if (sum > 1 + 1e-9) throw new UserError(`NOVA_FAULTS: the rates add up to ${sum}; at most 1`);
}
