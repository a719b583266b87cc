import { limits } from '@nova/shared/limits';
import type { Command } from 'commander';
import { type Dependencies, withApi } from '../dependencies.ts';
import { addRangeOptions, keyOption } from './options.ts';

export function sessionsCommand(program: Command, dependencies: Dependencies): void {
  const sessions = program
    .command('sessions')
    .summary('list, show and delete chat sessions')
    .description('Works with chat sessions: their history, and its deletion.')
    .addHelpText('after', help);
  addRangeOptions(
    sessions
      .command('list')
      .summary('list sessions, newest first')
      .description('Lists chat sessions, newest first, with the number of their turns.'),
    limits.pageSize,
  )
    .addOption(keyOption())
    .action(withApi(dependencies, async () => (await import('../lists/sessions.ts')).listSessions));
  sessions
    .command('show')
    .summary('show the history of one session')
    .description('Shows what was said in a session, oldest turn first.')
    .argument('<id>', 'id of the session')
    .addOption(keyOption())
    .action(withApi(dependencies, async () => (await import('../lists/sessions.ts')).showSession));
  sessions
    .command('delete')
    .summary('delete sessions')
    .description('Deletes sessions for good and erases their messages.')
    .argument('<id...>', 'ids of the sessions')
    .addOption(keyOption())
    .action(withApi(dependencies, async () => (await import('../lists/sessions.ts')).deleteSessions));
}

const help = `
Examples:
  nova sessions list
  nova sessions show 0198f7a2-…
  nova chat --session 0198f7a2-… 'And then?'           continues one`;
