import { limits } from '@nova/shared/limits';
import { contentKinds, contentStatuses } from '@nova/shared/vocabulary';
import { type Command, Option } from 'commander';
import { type Dependencies, withApi } from '../dependencies.ts';
import { addRangeOptions, keyOption } from './options.ts';

export function contentCommand(program: Command, dependencies: Dependencies): void {
  const content = program
    .command('content')
    .summary('list, show and delete uploads')
    .description('Works with uploaded content: what is there, and what became of it.')
    .addHelpText('after', help);
  const list = content
    .command('list')
    .summary('list uploads, newest first, with what became of them')
    .description('Lists content, newest first: its status, what was done with it, and why something failed.')
    .addOption(new Option('--kind <kind>', 'only content of this kind').choices(contentKinds))
    .addOption(
      new Option('--status <status>', 'only content in this state').choices([
        ...contentStatuses,
        'upload-expired',
      ]),
    )
    .option('--language <tag>', 'only documents in this language, such as en')
    .option('--name <start>', 'only files whose name begins so');
  addRangeOptions(list, limits.pageSize)
    .addOption(keyOption())
    .action(withApi(dependencies, async () => (await import('../lists/content.ts')).listContent));
  content
    .command('show')
    .summary('show one upload')
    .description('Shows one item: its file, its state, and every job that its upload started.')
    .argument('<id>', 'content id')
    .addOption(keyOption())
    .action(withApi(dependencies, async () => (await import('../lists/content.ts')).showContent));
  content
    .command('types')
    .summary('list what may be uploaded')
    .description(
      'Lists the media types that uploads may have, each with its largest size and file name extensions.',
    )
    .addOption(keyOption())
    .action(withApi(dependencies, async () => (await import('../lists/content.ts')).listTypes));
  content
    .command('delete')
    .summary('erase uploads')
    .description('Erases items for good: their files, results, vectors and personal data in events.')
    .argument('<id...>', 'content ids')
    .addOption(keyOption())
    .action(withApi(dependencies, async () => (await import('../lists/content.ts')).deleteContent));
}

const help = `
Examples:
  nova content list --kind audio                       recordings
  nova content list --name minutes --after 2026-11-01  minutes since November
  nova content show 0198f7a2-…                         what became of one upload
  nova content list --json | jq -r '.items[] | select(.indexed | not) | .contentId'`;
