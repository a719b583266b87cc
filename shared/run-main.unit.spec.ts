import { afterEach, expect, it, vi } from 'vitest';
import { runMain, UserError } from './run-main.ts';

class SettingError extends UserError {
  override readonly name = 'SettingError';
}

const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
const exitCode = process.exitCode;
afterEach(() => {
  written.mockClear();
  process.exitCode = exitCode;
});

it('prints a UserError in one line, and exits with 1', async () => {
  await runMain(async () => {
    throw new SettingError('STAGE is "x": write dev.');
  });
  expect(written.mock.calls).toEqual([['STAGE is "x": write dev.\n']]);
  expect(process.exitCode).toBe(1);
});

it('prints an error that the program can explain', async () => {
  await runMain(
    () => {
      throw new RangeError('ECONNREFUSED');
    },
    (error) => `No connection: ${(error as Error).message}`,
  );
  expect(written.mock.calls).toEqual([['No connection: ECONNREFUSED\n']]);
  expect(process.exitCode).toBe(1);
});

it('rethrows any other error, with its stack trace', async () => {
  const bug = new TypeError('x is not a function');
  const run = runMain(() => {
    throw bug;
  });
  await expect(run).rejects.toBe(bug);
  expect(written).not.toHaveBeenCalled();
});

it('prints nothing and leaves the exit code alone on success', async () => {
  await runMain(() => {});
  expect(written).not.toHaveBeenCalled();
  expect(process.exitCode).toBe(exitCode);
});
