/** Dollars as a bill writes them; what is less than a cent, and something, says so. */
export function dollars(amount: number): string {
  if (amount > 0 && amount < 0.005) return '< $0.01';
  return `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** A quantity as a person reads it. */
export const quantity = (value: number) =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 3 : 0 });

export const percent = (share: number) => `${Math.round(share * 100)} %`;
