import { vectorSources } from '@nova/shared/vocabulary';
import type { Command } from 'commander';
import { type Dependencies, withApi } from '../dependencies.ts';
import { keyOption, repeatable } from './options.ts';

export function reindexCommand(program: Command, dependencies: Dependencies): void {
  program
    .command('reindex')
    .summary('rebuild the search index')
    .description(
      'Embeds all content again and replaces its entries in the search index, for example after a change of model.',
    )
    .addOption(repeatable('--content <id>', 'only this content', 'all'))
    .addOption(
      repeatable('--source <source>', 'only this source; media: sound and pictures', 'all', vectorSources),
    )
    .addOption(keyOption())
    .addHelpText('after', help)
    .action(withApi(dependencies, async () => (await import('../search/reindex.ts')).reindex));
}

const help = `
A few items are indexed at a time. Ctrl-C stops it; it is safe to run it again at any time. Search finds the old entries of
an item until the new ones replace them. The exit code is 1 when an item could not be indexed.

Examples:
  nova reindex
  nova reindex --content 0198f7a2-…`;
