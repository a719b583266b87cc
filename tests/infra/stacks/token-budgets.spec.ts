import { variables } from '@nova/shared/environment';
import { functionNames, functions } from '@nova/shared/functions';
import { limits } from '@nova/shared/limits';
import { prefixOf, tableNameOf } from '@nova/shared/naming';
import { describe, expect, it } from 'vitest';
import { type Settings, SettingsError } from '../../../modules/settings.ts';
import { type Synthesis, synthesize } from '../testing/synthesize.ts';

/** Bytes of all environment variables of a function. Lambda quotas: 4 KB. */
const environmentBytes = 4096;
/** API Gateway's ids of API keys have ten characters. */
const keyId = 'k3y9w2m4t1';

/** Of the stage with the longest name. */
const longestTableName = tableNameOf(prefixOf('x'.repeat(16)), 'session-memory');
/** Bytes of a long origin: a host name of a hundred characters, and a port. */
const originBytes = 114;

function environmentOf({ platform }: Synthesis, name: string): Record<string, string> {
  const { environment } = platform.one('aws_lambda_function', { function_name: `nova-dev-${name}` }).values;
  return (environment as { variables: Record<string, string> }).variables;
}

const withKeys = (keys: Settings['keys']) => synthesize('dev', {}, (settings) => ({ ...settings, keys }));
const keysWithBudgets = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    ...{ name: `key-${n}`, enabled: true, tokensPerDay: 10_000_000 },
    jobBounds: { running: 10, open: 1000 },
  }));

/** The functions that check budgets. */
const checkers = functionNames.filter((name) =>
  functions[name].environment.some((variable) => variable === 'TOKEN_BUDGETS'),
);

describe('token budgets', () => {
  it.each(checkers)('%s has the default budget, and that of the guest by its id', (name) => {
    const synthesis = synthesize('dev');
    const { perDay, keys } = variables.TOKEN_BUDGETS.parse(environmentOf(synthesis, name).TOKEN_BUDGETS);
    const [[id, tokens] = []] = keys;

    expect(perDay).toBe(synthesis.settings.dailyTokenBudget);
    expect(keys.size).toBe(1);
    expect(tokens).toBe(100_000);
    expect(synthesis.platform.referred(id).values.name).toBe('nova-dev-guest');
  });

  it('fit into the environment of a function at their maximum number, beside as many bounds of jobs', () => {
    const synthesis = withKeys(keysWithBudgets(limits.keyExceptions));

    for (const name of checkers) {
      const resolved = Object.entries(environmentOf(synthesis, name))
        .map(([variable, value]) => variable + value.replaceAll(/\$\{aws_api_gateway_api_key[^}]*\}/g, keyId))
        .join('');
      // The other values that Terraform sets are names: of tables, and of buckets and others with 63 characters at most.
      const named = resolved
        .replaceAll(/\$\{aws_dynamodb_table[^}]*\}/g, longestTableName)
        .replaceAll(/\$\{[^}]*\}/g, 'x'.repeat(63));
      // The stage of this test lets pages of any origin call, which is one character.
      expect(Buffer.byteLength(named) + originBytes).toBeLessThan(environmentBytes);
    }
  });

  it('for too many keys are refused with the remedy', () => {
    const synthesizeTooMany = () => withKeys(keysWithBudgets(limits.keyExceptions + 1));

    expect(synthesizeTooMany).toThrow(SettingsError);
    expect(synthesizeTooMany).toThrow(/keys: 65 keys .* at most 64 .* dailyTokenBudget/);
  });
});
