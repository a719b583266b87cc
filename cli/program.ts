import { aggregates } from '@nova/shared/events/index';
import { Command, Option } from 'commander';
import { chat } from './chat/chat.ts';
import { mediaCommands } from './commands/media.ts';
import { aggregateOption, collected, keyOption, wholeNumber } from './commands/options.ts';
import { inSession, inTalk, type Surroundings } from './dependencies.ts';
import { listStreams } from './events/list-streams.ts';
import { showStream } from './events/show-stream.ts';
import { tailEvents } from './events/tail-events.ts';
import * as help from './help.ts';
import { replayProjections } from './projector/replay-projections.ts';
import { verifyRows } from './projector/verify-rows.ts';
import { redrive } from './redrive/redrive.ts';

const pageSize = 50;

/** Everything `nova` can do. */
export function novaProgram(surroundings: Surroundings): Command {
  const { terminal } = surroundings;
  const program = new Command('nova')
    .description('Talks with a running Nova platform, looks into it, and puts right what went wrong.')
    .optionsGroup('Where to connect:')
    .option('--data <directory>', 'the platform of `make dev` with this data (default: $DATA, or .nova)')
    .option('--stage <stage>', 'a stage on AWS, such as dev or prod')
    .option('--profile <name>', 'AWS with the credentials of a profile')
    .option('--region <region>', 'AWS region (default: of the profile or environment, or us-east-1)')
    .optionsGroup('Output:')
    .option('--json', 'the result as JSON, for programs')
    .helpOption('-h, --help', 'explain the command')
    .addHelpText('after', help.overview)
    .helpCommand(false)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => {} })
    .configureHelp({
      showGlobalOptions: true,
      sortSubcommands: false,
      styleTitle: (text) => terminal.styled('bold', text),
      styleCommandText: (text) => terminal.styled('cyan', text),
      styleOptionTerm: (text) => terminal.styled('cyan', text),
      styleSubcommandTerm: (text) => terminal.styled('cyan', text),
      styleArgumentTerm: (text) => terminal.styled('cyan', text),
    });

  program
    .command('chat')
    .summary('talk with the agent')
    .description('Asks the agent, and shows its answer as it comes, tools and sources with it.')
    .argument('[message]', 'what to say; without it a conversation at a terminal, or all of standard input')
    .option('--session <id>', 'go on with a conversation')
    .option(
      '--content <id>',
      'content to look at first, and to start work on; may be repeated',
      collected,
      [],
    )
    .addOption(keyOption())
    .addHelpText('after', help.chat)
    .action(inTalk(surroundings, chat));
  mediaCommands(program, surroundings);
  const events = program
    .command('events')
    .summary('list, show and follow events')
    .description('Reads the event store: what happened, in order. What is personal stays sealed.')
    .addHelpText('after', help.events);
  events
    .command('list')
    .summary('streams, where each stands and when it last changed')
    .description(
      'Lists streams: one for each upload, job, conversation and day of usage. A page at a time, in no order.',
    )
    .option('--tenant <id>', 'only those of an API key')
    .addOption(aggregateOption())
    .option('--limit <n>', 'streams on a page', wholeNumber, pageSize)
    .option('--after <stream>', 'go on behind this one, the last of the page before')
    .addHelpText('after', help.list)
    .action(inSession(surroundings, listStreams));
  events
    .command('show')
    .summary('every event of one stream')
    .description('Shows the events of a stream: what, when, who, and their data as it is stored.')
    .argument('<stream>', "'<tenant>#<aggregate>#<id>' as `nova events list` shows it; in quotes")
    .option('--from <version>', 'start at this event', wholeNumber, 1)
    .addHelpText('after', help.show)
    .action(inSession(surroundings, showStream));
  events
    .command('tail')
    .summary('events as they happen')
    .description('Follows the event store from now on, a line an event, until Ctrl-C.')
    .option('--type <type>', 'only events of a type, such as JobFailed')
    .addOption(aggregateOption())
    .option('--tenant <id>', 'only those of an API key')
    .addHelpText('after', help.tail)
    .action(inSession(surroundings, tailEvents));

  program
    .command('verify')
    .summary('compare what the API shows with the events')
    .description('Folds every stream anew and compares the rows the API reads. Changes nothing.')
    .addHelpText('after', help.verify)
    .action(inSession(surroundings, verifyRows));
  program
    .command('redrive')
    .summary('list what failed and why; put it back')
    .description(
      'Lists commits that could not be projected and events that could not be handled, and puts them back.',
    )
    .argument('[what]', '`list`, `all`, or the number or key of one', 'list')
    .addHelpText('after', help.redrive)
    .action(inSession(surroundings, redrive));
  program
    .command('replay')
    .summary('build the rows anew from the events')
    .description(
      'Builds rows anew beside those that are read, then switches reads. Leave it and go on at any time.',
    )
    .addOption(new Option('--projection <name>', 'only this one (default: all)').choices(aggregates))
    .addHelpText('after', help.replay)
    .action(inSession(surroundings, replayProjections));
  return program;
}
