import type { Command } from 'commander';
import { type Dependencies, withPlatform } from '../dependencies.ts';
import { aggregateOption, tenantOption, wholeNumber } from './options.ts';

/** Streams on a page. */
const pageSize = 50;

export function eventsCommand(program: Command, dependencies: Dependencies): void {
  const events = program
    .command('events')
    .summary('list, show and follow events')
    .description('Reads the event store: every recorded event, in order. Personal data stays encrypted.')
    .addHelpText('after', help);
  events
    .command('list')
    .summary('list streams, each with its number of events and its last event')
    .description(
      'Lists streams: one for each upload, job, session and day of usage. The list comes in pages and is not sorted.',
    )
    .addOption(tenantOption())
    .addOption(aggregateOption())
    .option('--limit <n>', 'streams on a page', wholeNumber, pageSize)
    .option('--after <stream>', 'continue after this stream, the last of the page before')
    .addHelpText('after', listHelp)
    .action(withPlatform(dependencies, async () => (await import('../events/list-streams.ts')).listStreams));
  events
    .command('show')
    .summary('show every event of one stream')
    .description('Shows the events of a stream: type, time, actor and data, as they are stored.')
    .argument('<stream>', "'<tenant>#<aggregate>#<id>', as `nova events list` prints it; in quotes")
    .option('--from <version>', 'start at this event', wholeNumber, 1)
    .addHelpText('after', showHelp)
    .action(withPlatform(dependencies, async () => (await import('../events/show-stream.ts')).showStream));
  events
    .command('tail')
    .summary('follow events as they are recorded')
    .description('Prints one line for each event recorded from now on, until Ctrl-C.')
    .option('--type <type>', 'only events of this type, such as JobFailed')
    .addOption(aggregateOption())
    .addOption(tenantOption())
    .addHelpText('after', tailHelp)
    .action(withPlatform(dependencies, async () => (await import('../events/tail-events.ts')).tailEvents));
}

const help = `
Examples:
  nova events list                                     list all streams
  nova events show 'x1y2z3#content#0198f7a2-…'         show the history of one upload
  nova events tail --type JobFailed                    watch for failing jobs`;

const listHelp = `
Examples:
  nova events list --aggregate job                     jobs only
  nova events list --tenant x1y2z3 --limit 10          ten streams of one API key
  nova events list --json | jq -r '.streams[].stream'  names, for a script`;

const showHelp = `
The name of a stream holds the tenant (the id of an API key), the aggregate (content, job, session or usage) and the id of
the item. Personal values are encrypted and shown as \`encrypted\`. An event that this version cannot read is shown with the
reason, and the exit code is 1.

Examples:
  nova events show 'x1y2z3#job#0198f7a2-…'
  nova events show 'x1y2z3#job#0198f7a2-…' --from 120  skip the first 119 events
  nova events show 'x1y2z3#job#0198f7a2-…@120'         the same, in the notation of reports`;

const tailHelp = `
Examples:
  nova events tail
  nova events tail --aggregate session --tenant x1y2z3
  nova events tail --json | jq -c '[.type, .version]'  one JSON document per line`;
