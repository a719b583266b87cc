import type { Command } from 'commander';
import { type Dependencies, withApi } from '../dependencies.ts';
import { keyOption, repeatable } from './options.ts';

export function chatCommand(program: Command, dependencies: Dependencies): void {
  program
    .command('chat')
    .summary('talk to the agent')
    .description('Asks the agent and streams its reply, with the tools it uses and the sources it cites.')
    .argument('[message]', 'the message; without it, a conversation at a terminal or all of standard input')
    .option('--session <id>', 'continue this session')
    .addOption(repeatable('--content <id>', 'content for the agent to look at first', 'none'))
    .addOption(keyOption())
    .addHelpText('after', help)
    .action(withApi(dependencies, async () => (await import('../chat/chat.ts')).chat));
}

const help = `
At a terminal and without a message, it starts a conversation: /new begins a new session, /exit or Ctrl-D ends the
conversation, Ctrl-C stops a reply. The reply goes to standard output and everything else to standard error, so a pipe gets
the reply alone. With --json, standard output gets the whole response of the API.

NOVA_API_URL (with /v1) and NOVA_API_KEY select the API directly: set both to use it without an AWS account.

Examples:
  nova chat 'When was the lighthouse automated?'
  nova chat --session 0198f7a2-… 'And who kept it?'    continue an earlier session
  nova chat --content 0198f7a2-… 'Analyse this video.' point the agent to a file first
  git diff | nova chat --json | jq .citations          send standard input as the message
  nova chat                                            start a conversation`;
