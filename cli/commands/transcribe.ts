import { channelModes, subtitleTypes } from '@nova/shared/api/media';
import { type Command, Option } from 'commander';
import { type Dependencies, withApi } from '../dependencies.ts';
import { keyOption, typeOption } from './options.ts';

export function transcribeCommand(program: Command, dependencies: Dependencies): void {
  program
    .command('transcribe')
    .summary('transcribe speech, with speakers, emotions and times')
    .description(
      'Transcribes a recording: a file, which is uploaded first, or content that is already uploaded.',
    )
    .argument('<source>', 'a file, or a content id')
    .option('--language <tag>', 'spoken language, such as en or de-DE; detected if absent')
    .addOption(
      new Option('--channels <mode>', 'a voice on each channel, or voices by their sound').choices(
        channelModes,
      ),
    )
    .addOption(
      new Option('--format <format>', 'text, or subtitles')
        .choices(['text', ...Object.keys(subtitleTypes)])
        .default('text'),
    )
    .addOption(typeOption())
    .addOption(keyOption())
    .addHelpText('after', help)
    .action(withApi(dependencies, async () => (await import('../media/transcribe.ts')).transcribe));
}

const help = `
Accepts WAV, MP3, FLAC, Ogg with Opus, M4A and the sound of MP4, up to two hours. Ctrl-C cancels the job.

Examples:
  nova transcribe talk.mp3
  nova transcribe talk.mp3 --language de --format srt > talk.srt
  nova transcribe call.wav --channels separate
  nova transcribe 0198f7a2-… --json | jq -r '.segments[].text'`;
