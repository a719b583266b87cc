import { limits } from '@nova/shared/limits';
import { jobKinds, jobStatuses } from '@nova/shared/vocabulary';
import { type Command, Option } from 'commander';
import { type Dependencies, withApi } from '../dependencies.ts';
import { addRangeOptions, keyOption } from './options.ts';

export function jobsCommand(program: Command, dependencies: Dependencies): void {
  const jobs = program
    .command('jobs')
    .summary('list, show, cancel and retry jobs')
    .description('Works with jobs: transcriptions, analyses and indexing.')
    .addHelpText('after', help);
  const list = jobs
    .command('list')
    .summary('list jobs, newest first')
    .description('Lists jobs, newest first: status, progress, and why one failed.')
    .addOption(new Option('--kind <kind>', 'only jobs of this kind').choices(jobKinds))
    .addOption(new Option('--status <status>', 'only jobs in this state').choices(jobStatuses))
    .option('--content <id>', 'only jobs on this content');
  addRangeOptions(list, limits.pageSize)
    .addOption(keyOption())
    .action(withApi(dependencies, async () => (await import('../lists/jobs.ts')).listJobs));
  jobs
    .command('show')
    .summary('show one job')
    .description('Shows one job: status, progress, and why it failed.')
    .argument('<id>', 'id of the job')
    .addOption(keyOption())
    .action(withApi(dependencies, async () => (await import('../lists/jobs.ts')).showJob));
  jobs
    .command('cancel')
    .summary('cancel jobs')
    .description('Cancels jobs that have not ended. Finished segments stay finished.')
    .argument('<id...>', 'ids of the jobs')
    .addOption(keyOption())
    .action(withApi(dependencies, async () => (await import('../lists/jobs.ts')).cancelJobs));
  jobs
    .command('retry')
    .summary('retry failed jobs')
    .description('Requests failed jobs again. Finished segments are kept.')
    .argument('<id...>', 'ids of the jobs')
    .addOption(keyOption())
    .action(withApi(dependencies, async () => (await import('../lists/jobs.ts')).retryJobs));
}

const help = `
Examples:
  nova jobs list --status failed                       what failed, and why
  nova jobs list --content 0198f7a2-…                  everything done with one upload
  nova jobs retry 0198f7a2-…
  nova jobs list --status running --json | jq -r '.items[].jobId' | xargs nova jobs cancel`;
