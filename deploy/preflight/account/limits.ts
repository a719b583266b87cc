import { accountLoggingRoleOf, apiLogsRoleOf } from '@nova/shared/naming';
import * as z from 'zod';
import type { Settings } from '../../../modules/settings.ts';
import type { AskAws } from './ask.ts';
import { ready, type Step, stepOf } from './step.ts';

/**
 * Functions that run at once in normal use: a chat, a job and the projector of each of a few users. New accounts may have ten.
 * Source: AWS Lambda guide, "Lambda quotas".
 */
const enoughAtOnce = 50;

/**
 * Concurrent executions that Lambda keeps for functions without a reserve. Source: AWS Lambda guide, "Configuring reserved
 * concurrency for a function".
 */
const keptUnreserved = 100;

const Concurrency = z.object({ AccountLimit: z.object({ ConcurrentExecutions: z.number() }) });

/** Source: AWS Lambda API reference, "GetAccountSettings". `L-B99A9384` is the quota's code. */
export function concurrencyStep(
  ask: AskAws,
  { region, webhookConcurrency = 0 }: Pick<Settings, 'region' | 'webhookConcurrency'>,
): Promise<Step> {
  const action = 'lambda:GetAccountSettings';
  return stepOf('concurrent functions', action, async () => {
    const text = await ask({ action, service: 'lambda', region, path: '/2016-08-19/account-settings' });
    const { ConcurrentExecutions: atOnce } = Concurrency.parse(JSON.parse(text)).AccountLimit;
    const at = `https://${region}.console.aws.amazon.com/servicequotas/home/services/lambda/quotas/L-B99A9384`;
    if (webhookConcurrency > 0 && atOnce < keptUnreserved + webhookConcurrency) {
      return {
        state: 'missing',
        detail: `the account may run ${atOnce} at once, of which Lambda keeps ${keptUnreserved} unreserved, and this stage reserves ${webhookConcurrency}: request 1,000, or set webhookConcurrency to undefined in modules/settings.ts until you have them.`,
        at,
      };
    }
    if (atOnce >= enoughAtOnce) return ready(`the account may run ${atOnce} at once.`);
    return {
      state: 'advised',
      detail: `the account may run ${atOnce} at once, so a few users meet 429 and 503: request 1,000.`,
      at,
    };
  });
}

const ApiAccount = z.object({ cloudwatchRoleArn: z.string().optional() });

/** The role with which API Gateway writes the logs of all APIs in the account and region. */
export function apiLogsStep(
  ask: AskAws,
  { region, prefix, ownsAccountLogging }: Pick<Settings, 'region' | 'prefix' | 'ownsAccountLogging'>,
): Promise<Step> {
  const action = 'apigateway:GET';
  const at = `https://${region}.console.aws.amazon.com/apigateway/main/settings?region=${region}`;
  return stepOf('API Gateway’s role for logs', action, async () => {
    const text = await ask({ action, service: 'apigateway', region, path: '/account' });
    const { cloudwatchRoleArn: role } = ApiAccount.parse(JSON.parse(text));
    if (!ownsAccountLogging) {
      if (role) return ready(`the account has ${role}.`);
      return {
        state: 'missing',
        detail:
          'the account has none, and this stage leaves it to another: the API cannot be deployed. Use ACCOUNT_LOGGING=own with the first stage of the account.',
        at,
      };
    }
    // The first is in the platform's stack, the second in the pipeline's.
    const own = [apiLogsRoleOf(prefix), accountLoggingRoleOf(prefix)];
    if (!role || own.some((name) => role.endsWith(`:role/${name}`))) return ready('this stage sets it.');
    return {
      state: 'advised',
      detail: `the account has ${role}, and this stage would replace it: use ACCOUNT_LOGGING=leave to keep it.`,
      at,
    };
  });
}
