import { Command } from 'commander';
import { analyzeCommand } from './commands/analyze.ts';
import { chatCommand } from './commands/chat.ts';
import { contentCommand } from './commands/content.ts';
import { eventsCommand } from './commands/events.ts';
import { jobsCommand } from './commands/jobs.ts';
import { redriveCommand } from './commands/redrive.ts';
import { reindexCommand } from './commands/reindex.ts';
import { replayCommand } from './commands/replay.ts';
import { searchCommand } from './commands/search.ts';
import { sessionsCommand } from './commands/sessions.ts';
import { transcribeCommand } from './commands/transcribe.ts';
import { uploadCommand } from './commands/upload.ts';
import { verifyCommand } from './commands/verify.ts';
import { webhookCommand } from './commands/webhook.ts';
import type { Dependencies } from './dependencies.ts';

/** Commands, in the order of the help. */
const commands = [
  chatCommand,
  uploadCommand,
  transcribeCommand,
  analyzeCommand,
  searchCommand,
  reindexCommand,
  contentCommand,
  jobsCommand,
  sessionsCommand,
  webhookCommand,
  eventsCommand,
  verifyCommand,
  redriveCommand,
  replayCommand,
];

/** The `nova` program with all its commands. */
export function novaProgram(dependencies: Dependencies): Command {
  const { styled } = dependencies.terminal;
  const program = new Command('nova')
    .description('Talks to a running Nova platform, inspects it and repairs it.')
    .helpOption('-h, --help', 'explain the command')
    .optionsGroup('Connection:')
    .option('--data <directory>', 'the platform of `make dev` with this data (default: $DATA, or .nova)')
    .option('--stage <stage>', 'a stage on AWS, such as dev or prod')
    .option('--profile <name>', 'AWS, with the credentials of this profile')
    .option('--region <region>', 'AWS region (default: of the profile or environment, or us-east-1)')
    .optionsGroup('Output:')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', overview)
    .helpCommand(false)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => {} })
    .configureHelp({
      showGlobalOptions: true,
      sortSubcommands: false,
      styleTitle: (text) => styled('bold', text),
      styleCommandText: (text) => styled('cyan', text),
      styleOptionTerm: (text) => styled('cyan', text),
      styleSubcommandTerm: (text) => styled('cyan', text),
      styleArgumentTerm: (text) => styled('cyan', text),
    });
  for (const addCommand of commands) addCommand(program, dependencies);
  return program;
}

const overview = `
Without a connection option, nova uses the platform that runs on this machine (\`make dev\`). With --stage, --profile or
--region, it uses AWS, with the credentials of your AWS CLI.

Examples:
  nova chat 'When do we sail?'            ask the agent
  nova transcribe talk.mp3                transcribe a recording
  nova search 'the lamp is lit'           find where this is said or shown, to the second
  nova events tail                        watch events as they are recorded
  nova verify                             compare the read model with the events
  nova redrive                            list failures and their reasons
  nova verify --stage prod --profile ops  verify production on AWS

Exit codes: 0 for success, 1 when the command found problems, 2 when it could not run, 130 after Ctrl-C.
\`nova <command> --help\` explains a command; docs/operations.md explains how to resolve problems.`;
