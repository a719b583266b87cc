import { detections, subtitleTypes } from '@nova/shared/api/media';
import { limits } from '@nova/shared/limits';
import { contentKinds, vectorSources } from '@nova/shared/vocabulary';
import { type Command, Option } from 'commander';
import { inTalk, type Surroundings } from '../dependencies.ts';
import * as help from '../help.ts';
import { analyze } from '../media/analyze.ts';
import { transcribe } from '../media/transcribe.ts';
import { upload } from '../media/upload.ts';
import { reindex } from '../search/reindex.ts';
import { search } from '../search/search.ts';
import { collected, keyOption, someOf, wholeNumber } from './options.ts';

/** What works on files and on what is in the platform. */
export function mediaCommands(program: Command, surroundings: Surroundings): void {
  const typeOption = () =>
    new Option('--type <media type>', 'what the file is, where its name does not say it: audio/mpeg');
  program
    .command('upload')
    .summary('upload files')
    .description('Uploads files, and says what each is called from then on.')
    .argument('<file...>', 'documents, pictures, recordings, videos')
    .addOption(typeOption())
    .addOption(keyOption())
    .addHelpText('after', help.upload)
    .action(inTalk(surroundings, upload));
  program
    .command('transcribe')
    .summary('who said what, how and when')
    .description('Transcribes a recording: a file, which is uploaded first, or one that is there.')
    .argument('<what>', 'a file, or the id of content')
    .option('--language <tag>', 'language spoken, such as en or de-DE; found out when absent')
    .addOption(
      new Option('--format <form>', 'text, or subtitles')
        .choices(['text', ...Object.keys(subtitleTypes)])
        .default('text'),
    )
    .addOption(typeOption())
    .addOption(keyOption())
    .addHelpText('after', help.transcribe)
    .action(inTalk(surroundings, transcribe));
  program
    .command('analyze')
    .summary('what happens in a video')
    .description('Has a video watched: a file, which is uploaded first, or one that is there.')
    .argument('<what>', 'a file, or the id of content')
    .option('--question <text>', 'what you want to know; may be repeated', collected, [])
    .addOption(someOf('--detect <what>', 'look for this only', detections))
    .addOption(typeOption())
    .addOption(keyOption())
    .addHelpText('after', help.analyze)
    .action(inTalk(surroundings, analyze));
  program
    .command('search')
    .summary('find passages by meaning, to the second')
    .description('Finds the passages nearest in meaning in all that was uploaded.')
    .argument('[query]', 'what to look for')
    .option('--like <id>', 'look for what resembles this content instead')
    .option('--top <n>', 'hits at most', wholeNumber, limits.topKDefault)
    .addOption(someOf('--kind <kind>', 'only in content of this kind', contentKinds))
    .option('--content <id>', 'only in this content; may be repeated', collected, [])
    .option('--speaker <name>', 'only what this speaker says; may be repeated', collected, [])
    .option('--language <tag>', 'only what is said in this language; may be repeated', collected, [])
    .addOption(keyOption())
    .addHelpText('after', help.search)
    .action(inTalk(surroundings, search));
  program
    .command('reindex')
    .summary('make everything searchable anew')
    .description(
      'Embeds everything again and replaces what search knows of it: after a change of model, say.',
    )
    .option('--content <id>', 'only this; may be repeated', collected, [])
    .addOption(someOf('--source <source>', 'only this of it; media: its sound and pictures', vectorSources))
    .addOption(keyOption())
    .addHelpText('after', help.reindex)
    .action(inTalk(surroundings, reindex));
}
