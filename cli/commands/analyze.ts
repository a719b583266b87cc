import { detections } from '@nova/shared/api/media';
import type { Command } from 'commander';
import { type Dependencies, withApi } from '../dependencies.ts';
import { keyOption, repeatable, typeOption } from './options.ts';

export function analyzeCommand(program: Command, dependencies: Dependencies): void {
  program
    .command('analyze')
    .summary('describe what happens in a video')
    .description('Analyzes a video: a file, which is uploaded first, or content that is already uploaded.')
    .argument('<source>', 'a file, or a content id')
    .addOption(repeatable('--question <text>', 'a question about the video', 'none'))
    .addOption(repeatable('--detect <subject>', 'look only for this', 'all', detections))
    .addOption(typeOption())
    .addOption(keyOption())
    .addHelpText('after', help)
    .action(withApi(dependencies, async () => (await import('../media/analyze.ts')).analyze));
}

const help = `
Examples:
  nova analyze yard.mp4
  nova analyze yard.mp4 --question 'Who opens the gate?' --detect anomalies
  nova analyze 0198f7a2-… --json | jq .scenes`;
