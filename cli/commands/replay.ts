import { aggregates } from '@nova/shared/events/stream-id';
import { type Command, Option } from 'commander';
import { type Dependencies, withPlatform } from '../dependencies.ts';

export function replayCommand(program: Command, dependencies: Dependencies): void {
  const load = async () => (await import('../projector/replay-projections.ts')).replayProjections;
  program
    .command('replay')
    .summary('rebuild the read model from the events')
    .description(
      'Builds new rows beside the current ones, then switches reads to them. It can be stopped and continued at any time.',
    )
    .addOption(new Option('--projection <name>', 'only this projection (default: all)').choices(aggregates))
    .addHelpText('after', help)
    .action(withPlatform(dependencies, load));
}

const help = `
The new rows are built from the event store alone, while the platform stays available. When they have caught up, reads switch
to them and the old rows are removed. Ctrl-C stops the replay; the same command continues it. A commit that cannot be read
blocks the switch: reads stay on the old rows.

Examples:
  nova replay --projection content                     the catalogue
  nova replay                                          all four projections, one after the other`;
