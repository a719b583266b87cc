import type { Command } from 'commander';
import { type Dependencies, withPlatform } from '../dependencies.ts';

export function redriveCommand(program: Command, dependencies: Dependencies): void {
  program
    .command('redrive')
    .summary('list failures and their reasons; redrive them')
    .description(
      'Lists commits that could not be projected and events that could not be handled, and processes them again.',
    )
    .argument('[selection]', '`list`, `all`, or the number or key of one failure', 'list')
    .addHelpText('after', help)
    .action(withPlatform(dependencies, async () => (await import('../redrive/redrive.ts')).redrive));
}

const help = `
There are three kinds of failures:
  quarantined commit  the projector could not read it, or an earlier commit of its stream, and set it aside
  discarded batch     Lambda gave up on these commits after its last retry
  dead letter         an event that its function never received, or gave up on
An unknown object in the failure bucket is none of these: it is listed for you to inspect, and never removed.

A commit is read from the event store again, so first deploy a version that can read it. A failure stays where it is until
its redrive succeeds. It is safe to redrive the same failure twice.

Examples:
  nova redrive                                         list failures and their reasons
  nova redrive 3                                       redrive the third
  nova redrive 'x1y2z3#job#0198f7a2-…@7'               redrive one by its key
  nova redrive all                                     redrive all, in the order of their streams`;
