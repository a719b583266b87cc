import type { Command } from 'commander';
import { type Dependencies, withApi } from '../dependencies.ts';
import { keyOption } from './options.ts';

export function webhookCommand(program: Command, dependencies: Dependencies): void {
  program
    .command('webhook')
    .summary('show the calls of a job’s webhook, or request them again')
    .description(
      'Shows whether the receiver of a job’s webhook accepted a call, every call, and when the next is due.',
    )
    .argument('<job>', 'id of the job')
    .option('--again', 'call it again: only after a day without an accepted call, or after the answer 410')
    .addOption(keyOption())
    .addHelpText('after', help)
    .action(withApi(dependencies, async () => (await import('../media/webhook.ts')).webhook));
}

const help = `
Examples:
  nova webhook 0198f7a2-…
  nova webhook 0198f7a2-… --again`;
