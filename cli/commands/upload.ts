import type { Command } from 'commander';
import { type Dependencies, withApi } from '../dependencies.ts';
import { keyOption, typeOption } from './options.ts';

export function uploadCommand(program: Command, dependencies: Dependencies): void {
  program
    .command('upload')
    .summary('upload files')
    .description('Uploads files and prints the content id of each.')
    .argument('<file...>', 'documents, pictures, recordings, videos')
    .option('--wait', 'wait until everything is done that the uploads start')
    .addOption(typeOption())
    .addOption(keyOption())
    .addHelpText('after', help)
    .action(withApi(dependencies, async () => (await import('../media/upload.ts')).upload));
}

const help = `
Each file is verified in transit and checked on arrival; large files are sent in several parts at once. The settings of the
stage decide what starts next: by default, recordings are transcribed, videos analyzed, documents and pictures indexed.

Examples:
  nova upload minutes.pdf talk.mp3
  nova upload minutes.pdf --wait            until search finds it; exit code 1 when it cannot be indexed
  nova upload --type text/plain NOTES        where neither the name nor the bytes tell the type
  nova upload *.wav --json | jq -r '.items[].contentId'`;
