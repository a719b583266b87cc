import { Job } from '@nova/shared/api/jobs';
import { WebhookAccepted, type WebhookStatus } from '@nova/shared/api/webhooks';
import { ApiClient } from '../api/client.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import { writeJson } from '../json.ts';
import { table } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';

/** `nova webhook`: shows the calls of a job's webhook; with `--again`, requests them again first. */
export async function webhook(
  { access, terminal, json, interrupt }: ApiDependencies,
  { again }: { readonly again?: true },
  jobId: string,
): Promise<number> {
  const api = new ApiClient(access, interrupt());
  const path = `/jobs/${encodeURIComponent(jobId)}`;
  if (again) await api.call('POST', `${path}/webhook`, WebhookAccepted);
  const { webhook: status } = await api.call('GET', path, Job);
  if (json) writeJson(terminal, status ?? null);
  else if (status) show(terminal, status);
  else terminal.line('The job has no webhook.');
  return exitCodes.ok;
}

function show(terminal: Terminal, { status, nextAt, calls }: WebhookStatus): void {
  const style = status === 'delivered' ? 'green' : status === 'pending' ? 'cyan' : 'red';
  terminal.line(`${terminal.styled(style, status)}${nextAt ? `, called again at ${nextAt}` : ''}`);
  if (calls.length === 0) return;
  table(
    terminal,
    [
      { title: 'called at', text: ({ at }) => at },
      { title: 'result', text: (call) => String(call.status ?? call.failure) },
    ],
    calls,
  );
}
