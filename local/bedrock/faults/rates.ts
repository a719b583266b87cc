/** What can be made to go wrong, each as a share of all calls. */
export const faults = ['throttle', 'timeout', 'error', 'unavailable', 'malformed', 'cut', 'silence'] as const;
export type Fault = (typeof faults)[number];

export type FaultRates = Readonly<Partial<Record<Fault, number>>> & {
  /** Where the sequence of faults starts; the same seed gives the same sequence. */
  readonly seed?: number;
};

/**
 * Reads rates from text such as `throttle=0.1,cut=0.05,seed=7`.
 * @throws RangeError naming the part that cannot be read, and what may stand there
 */
export function parseFaults(text: string): FaultRates {
  const rates: Record<string, number> = {};
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const [name = '', value = ''] = part.split('=').map((one) => one.trim());
    const known = name === 'seed' || faults.some((fault) => fault === name);
    if (!known)
      throw new RangeError(`NOVA_FAULTS: "${part}" is not known; write ${faults.join(', ')} or seed`);
    const number = Number(value);
    if (value === '' || !Number.isFinite(number))
      throw new RangeError(`NOVA_FAULTS: "${part}" needs a number`);
    rates[name] = number;
  }
  checkRates(rates);
  return rates;
}

/** @throws RangeError when a rate is no share, or all together are more than every call */
export function checkRates(rates: FaultRates): void {
  for (const fault of faults) {
    const rate = rates[fault] ?? 0;
    if (!(rate >= 0 && rate <= 1))
      throw new RangeError(`NOVA_FAULTS: ${fault} must be from 0 to 1, not ${rate}`);
  }
  const sum = faults.reduce((total, fault) => total + (rates[fault] ?? 0), 0);
  if (sum > 1 + 1e-9) throw new RangeError(`NOVA_FAULTS: the rates add up to ${sum}; at most 1`);
}
