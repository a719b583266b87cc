import { profileParts } from '@nova/shared/inference-profiles';
import { modelAddress } from '@nova/shared/models';
import * as z from 'zod';
import type { Settings } from '../../../modules/settings.ts';
import { statusOf } from '../../aws-errors.ts';
import type { AskAws } from './ask.ts';
import { ready, type Step, stepOf } from './step.ts';

/** Source: Amazon Bedrock API reference, "GetFoundationModelAvailability". */
const Availability = z.object({
  agreementAvailability: z.object({ status: z.string(), errorMessage: z.string().optional() }).optional(),
  authorizationStatus: z.string(),
  entitlementAvailability: z.string(),
  regionAvailability: z.string(),
});

/** A model as AWS is asked about it: without the geography of an inference profile, and in its own region. */
interface Asked {
  readonly model: string;
  readonly region: string;
  readonly byProfile: boolean;
}

function askedAbout(idOrArn: string, stageRegion: string): Asked {
  const { id, region = stageRegion } = modelAddress(idOrArn);
  const profile = profileParts(id);
  return { model: profile?.model ?? id, region, byProfile: profile !== undefined };
}

const catalogue = (region: string) =>
  `https://${region}.console.aws.amazon.com/bedrock/home?region=${region}#/model-catalog`;

/**
 * Whether the account may call each model of the stage. Source: Amazon Bedrock user guide, "Request access to models": the
 * first call of a third party's model subscribes the account at AWS Marketplace, which takes up to 15 minutes.
 */
export async function modelSteps(
  ask: AskAws,
  { models, region }: Pick<Settings, 'models' | 'region'>,
): Promise<Step[]> {
  const ids = [...new Set(Object.values(models))];
  const anthropic = ids.some((id) => id.includes('anthropic.')) ? [useCaseStep(ask, region)] : [];
  return await Promise.all([...anthropic, ...ids.map((id) => modelStep(ask, id, region))]);
}

function modelStep(ask: AskAws, id: string, stageRegion: string): Promise<Step> {
  const action = 'bedrock:GetFoundationModelAvailability';
  const asked = askedAbout(id, stageRegion);
  return stepOf(`model ${modelAddress(id).id}`, action, async () => {
    const path = `/foundation-model-availability/${encodeURIComponent(asked.model)}`;
    const text = await ask({ action, service: 'bedrock', region: asked.region, path });
    return faultOf(Availability.parse(JSON.parse(text)), asked) ?? ready('the account may call it.');
  });
}

function faultOf(
  {
    agreementAvailability,
    authorizationStatus,
    entitlementAvailability,
    regionAvailability,
  }: z.infer<typeof Availability>,
  { model, region, byProfile }: Asked,
): Omit<Step, 'name'> | undefined {
  const at = catalogue(region);
  // A profile may route to other regions only.
  if (regionAvailability !== 'AVAILABLE' && !byProfile)
    return { state: 'missing', detail: `Bedrock does not offer it in ${region}.`, at };
  // AWS Marketplace does not sell Amazon's own models.
  const agreement = model.startsWith('amazon.') ? undefined : agreementAvailability;
  if (agreement?.status === 'PENDING') {
    return {
      state: 'later',
      detail: 'AWS Marketplace is subscribing the account: wait up to 15 minutes.',
      at,
    };
  }
  if (agreement && agreement.status !== 'AVAILABLE') {
    const reason = agreement.errorMessage ? ` (${agreement.errorMessage})` : '';
    return {
      state: 'missing',
      detail: `the account is not subscribed to it${reason}: open it in the playground and send one message, as a principal that may aws-marketplace:Subscribe and aws-marketplace:ViewSubscriptions. Functions may not, so their first call fails.`,
      at,
    };
  }
  if (authorizationStatus === 'AUTHORIZED' && entitlementAvailability === 'AVAILABLE') return undefined;
  return {
    state: 'missing',
    detail: `the account may not use it (${authorizationStatus}, entitlement ${entitlementAvailability}): a policy of its organization may forbid it.`,
    at,
  };
}

/** Source: Amazon Bedrock API reference, "GetUseCaseForModelAccess"; 404 when there is none. */
function useCaseStep(ask: AskAws, region: string): Promise<Step> {
  const action = 'bedrock:GetUseCaseForModelAccess';
  return stepOf('Anthropic’s use-case form', action, async () => {
    try {
      await ask({ action, service: 'bedrock', region, path: '/use-case-for-model-access' });
      return ready('it is submitted.');
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      return {
        state: 'missing',
        detail:
          'it is not submitted: select a Claude model in the catalogue and fill it in, once for the account. Members of an organization inherit it from the management account.',
        at: catalogue(region),
      };
    }
  });
}
