import { variables } from '@nova/shared/environment';
import { functionNames, functions } from '@nova/shared/functions';
import { limits } from '@nova/shared/limits';
import { describe, expect, it } from 'vitest';
import { type Settings, SettingsError } from '../../../modules/settings.ts';
import { synthesize } from '../testing/synthesize.ts';

/** The functions that admit, start or end jobs. */
const queueing = functionNames.filter((name) =>
  functions[name].environment.some((variable) => variable === 'JOB_BOUNDS'),
);
const withSettings = (changed: Partial<Settings>) =>
  synthesize('dev', {}, (settings) => ({ ...settings, ...changed }));
const own = (running: number, open: number) => [{ name: 'big', enabled: true, jobBounds: { running, open } }];

describe('bounds of jobs', () => {
  it('are those of the stage, and those of a key with its own by its id, in every function', () => {
    const { platform, settings } = withSettings({ keys: own(16, 500) });

    for (const name of queueing) {
      const lambda = platform.one('aws_lambda_function', { function_name: `nova-dev-${name}` });
      const { environment } = lambda.values as { environment: { variables: Record<string, string> } };
      const { all, keys } = variables.JOB_BOUNDS.parse(environment.variables.JOB_BOUNDS);
      const [[id, bounds] = []] = keys;
      expect(all).toEqual(settings.jobBounds);
      expect(bounds).toEqual({ running: 16, open: 500 });
      expect(platform.referred(id).values.name).toBe('nova-dev-big');
    }
  });

  it.each([
    [0, 100],
    [4, 2],
    [4, limits.openJobsMax + 1],
  ])('of %d running and %d open jobs are refused with the limits', (running, open) => {
    const message = /^jobBounds: running must be at least 1, and open from 5 to 1000/;

    expect(() => withSettings({ jobBounds: { running, open } })).toThrow(message);
    expect(() => withSettings({ keys: own(running, open) })).toThrow(message);
  });

  it('for too many keys are refused with the remedy', () => {
    const keys = Array.from({ length: limits.keyExceptions + 1 }, (_, n) => ({
      ...{ name: `key-${n}`, enabled: true, jobBounds: { running: 8, open: 200 } },
    }));

    expect(() => withSettings({ keys })).toThrow(SettingsError);
    expect(() => withSettings({ keys })).toThrow(/65 keys have jobBounds .* at most 64 may/);
  });
});
