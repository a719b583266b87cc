import { isValues, type Values } from '../terraform/values.ts';

/** Replaces a part of a value that must not appear. Two masks are equal when their values are. */
export class Mask {
  readonly label: string;
  readonly value: unknown;

  constructor(label: string, value?: unknown) {
    this.label = label;
    this.value = value;
  }

  /** Keeps the value out of every serialization. */
  toJSON(): string {
    return this.label;
  }
}

/** Replaces a value that is known only after apply. */
export class KnownLater extends Mask {
  constructor() {
    super('(known after apply)');
  }
}

const secret = (value: unknown) => (value === undefined ? undefined : new Mask('(sensitive)', value));
const knownLater = () => new KnownLater();

/**
 * A value with the parts that Terraform marks as sensitive masked.
 * @param markers `true`, or an object or array of the value's form with `true` in it
 */
export const withoutSecrets = (value: unknown, ...markers: readonly unknown[]) =>
  markers.reduce((masked, marker) => replaceMarked(masked, marker, secret), value);

/** A value with the parts that are known only after apply masked. */
export const withUnknown = (value: unknown, marker: unknown) => replaceMarked(value, marker, knownLater);

function replaceMarked(value: unknown, marker: unknown, mask: (value: unknown) => unknown): unknown {
  if (value instanceof Mask || !marksAny(marker)) return value;
  // A scalar where the marker expects members: it is unclear what the marker covers, so all of it is masked.
  if (marker === true || isScalar(value)) return mask(value);
  if (Array.isArray(marker)) {
    const items = Array.isArray(value) ? value : [];
    return Array.from({ length: Math.max(items.length, marker.length) }, (_, index) =>
      replaceMarked(items[index], marker[index], mask),
    );
  }
  if (!isValues(marker)) return value;
  const members: Values = isValues(value) ? value : {};
  const names = new Set([...Object.keys(members), ...Object.keys(marker)]);
  return Object.fromEntries(
    [...names].map((name) => [name, replaceMarked(members[name], marker[name], mask)]),
  );
}

const isScalar = (value: unknown) => value !== undefined && value !== null && typeof value !== 'object';

const marksAny = (marker: unknown): boolean =>
  marker === true || (typeof marker === 'object' && marker !== null && Object.values(marker).some(marksAny));
