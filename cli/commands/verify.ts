import type { Command } from 'commander';
import { type Dependencies, withPlatform } from '../dependencies.ts';

export function verifyCommand(program: Command, dependencies: Dependencies): void {
  program
    .command('verify')
    .summary('compare the read model with the events')
    .description(
      'Projects every stream again and compares the result with the rows that the API reads. Changes nothing.',
    )
    .addHelpText('after', help)
    .action(withPlatform(dependencies, async () => (await import('../projector/verify-rows.ts')).verifyRows));
}

const help = `
Rows are written a moment after their events, so a busy platform may show a difference that is gone in the next run.

Examples:
  nova verify                                          exit code 0: all rows are correct
  nova verify --json | jq .differences                 for a script`;
