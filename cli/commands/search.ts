import { limits } from '@nova/shared/limits';
import { contentKinds } from '@nova/shared/vocabulary';
import type { Command } from 'commander';
import { type Dependencies, withApi } from '../dependencies.ts';
import { keyOption, repeatable, wholeNumber } from './options.ts';

export function searchCommand(program: Command, dependencies: Dependencies): void {
  program
    .command('search')
    .summary('find passages by meaning, to the second')
    .description('Finds the passages in all uploaded content that are nearest in meaning to a query.')
    .argument('[query]', 'text to search for')
    .option('--like <id>', 'search for passages similar to this content instead')
    .option('--top <n>', 'maximum number of results', wholeNumber, limits.topKDefault)
    .addOption(repeatable('--kind <kind>', 'only content of this kind', 'all', contentKinds))
    .addOption(repeatable('--content <id>', 'only this content', 'all'))
    .addOption(repeatable('--speaker <name>', 'only the words of this speaker', 'all'))
    .addOption(repeatable('--language <tag>', 'only speech in this language', 'all'))
    .addOption(keyOption())
    .addHelpText('after', help)
    .action(withApi(dependencies, async () => (await import('../search/search.ts')).search));
}

const help = `
Examples:
  nova search 'when was the lighthouse automated'
  nova search 'the budget' --kind audio --speaker speaker-2 --top 3
  nova search --like 0198f7a2-…                        find passages similar to this content`;
