import { limits } from '@nova/shared/limits';
import type { ApiKeys } from '../data/api-keys.ts';
import { SettingsError } from '../settings.ts';

/**
 * What keys may use in a day, as functions are told: they know a key by its id, which Terraform learns when it makes it.
 * @throws SettingsError when more keys have a budget of their own than the environment of a function can hold
 */
export function tokenBudgets(dailyTokenBudget: number, keys: ApiKeys): string {
  const own = keys.all.filter(({ tokensPerDay }) => tokensPerDay !== undefined);
  if (own.length > limits.keyBudgets) {
    throw new SettingsError(
      `keys: ${own.length} keys have tokensPerDay of their own; at most ${limits.keyBudgets} may, because a Lambda environment holds 4 KB. Let the others have dailyTokenBudget.`,
    );
  }
  const byId = Object.fromEntries(own.map(({ resource, tokensPerDay }) => [resource.id, tokensPerDay]));
  return JSON.stringify({ perDay: dailyTokenBudget, keys: byId });
}
