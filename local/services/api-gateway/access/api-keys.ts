import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { damaged } from '../../../process/database.ts';
import type { ApiKey, UsagePlan } from '../definition/usage-plans.ts';

export interface KnownKey {
  readonly key: ApiKey;
  readonly plan: UsagePlan;
}

/** The API keys of the stack with their values: the stack's own, or generated once and kept. */
export class ApiKeys {
  readonly #byValue = new Map<string, KnownKey>();
  readonly #values = new Map<string, string>();

  /**
   * @param file keeps the generated values
   * @throws UserError when the file is damaged
   */
  constructor(plans: readonly UsagePlan[], file: string) {
    const kept = existsSync(file) ? keptIn(file) : {};
    const before = JSON.stringify(kept);
    for (const plan of plans) {
      for (const key of plan.keys) {
        if (key.value === undefined) kept[key.name] ??= makeValue();
        const value = key.value ?? kept[key.name] ?? '';
        this.#byValue.set(value, { key, plan });
        this.#values.set(key.id, value);
      }
    }
    if (JSON.stringify(kept) !== before) store(file, kept);
  }

  /** The key of a value that was sent; undefined for an unknown or disabled one. */
  find(value: string | undefined): KnownKey | undefined {
    const known = value === undefined ? undefined : this.#byValue.get(value);
    return known?.key.enabled ? known : undefined;
  }

  /** Values by key id. */
  get values(): ReadonlyMap<string, string> {
    return this.#values;
  }
}

/** @throws UserError when the file is not what {@link store} writes */
function keptIn(file: string): Record<string, string> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw damaged(file, 'it is not a JSON object of API keys', error);
  }
}

/** 40 letters and digits, as API Gateway's. */
function makeValue(): string {
  return randomBytes(60)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 40);
}

function store(file: string, values: object): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(values, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
