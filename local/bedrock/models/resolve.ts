import type { Caller } from '../../services.ts';
import { invalid } from '../errors.ts';
import { type Ability, catalogue, type Geography, type Model, regionsOf } from './catalogue.ts';

/** Where the caller's requests go. */
export interface Home {
  readonly region: string;
  readonly accountId: string;
}

/** What a request's model id leads to. */
export interface Target {
  readonly model: Model;
  /** The profile it goes through, as IAM names it. */
  readonly profileArn: string | undefined;
  /** The model wherever the profile may send the request, as IAM names it. */
  readonly modelArns: readonly string[];
}

/**
 * The model that an id or ARN, of a model or of an inference profile, leads to.
 * @throws AwsError `ValidationException`, in Bedrock's words, for one that leads nowhere from this region
 */
export function resolveModel(modelId: string | undefined, home: Home): Target {
  const id =
    /^arn:aws:bedrock:[^:]*:[^:]*:(?:inference-profile|foundation-model)\/(.+)$/.exec(modelId ?? '')?.[1] ??
    modelId;
  const direct = catalogue.find((model) => model.id === id);
  if (direct) {
    if (!direct.onDemand) {
      throw invalid(
        `Invocation of model ID ${id} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
      );
    }
    return { model: direct, profileArn: undefined, modelArns: [modelArn(home.region, direct)] };
  }
  const [, prefix, rest] = /^([a-z]+)\.(.+)$/.exec(id ?? '') ?? [];
  const model = catalogue.find((one) => one.id === rest);
  const geography = model?.profiles.find((one) => one === prefix);
  const regions = geography && regionsReached(geography, home.region);
  if (!model || !regions) throw invalid('The provided model identifier is invalid.');
  return {
    model,
    profileArn: `arn:aws:bedrock:${home.region}:${home.accountId}:inference-profile/${id}`,
    modelArns: regions.map((region) => modelArn(region, model)),
  };
}

/** Undefined when the profile cannot be called from the region. The global profile's model has an ARN without region. */
function regionsReached(geography: Geography, home: string): readonly string[] | undefined {
  if (geography === 'global') return [home, ''];
  return regionsOf[geography].includes(home) ? regionsOf[geography] : undefined;
}

const modelArn = (region: string, { id }: Model) => `arn:aws:bedrock:${region}::foundation-model/${id}`;

/**
 * Lets a caller through to a model, or not: the profile must be allowed, and the model in every region it reaches when
 * called by way of it.
 * @throws AwsError `AccessDeniedException`
 */
export function authoriseModel(caller: Caller, action: string, { profileArn, modelArns }: Target): void {
  if (profileArn) caller.authorise(action, profileArn);
  const conditions = profileArn ? { 'bedrock:InferenceProfileArn': profileArn } : undefined;
  for (const arn of modelArns) caller.authorise(action, arn, conditions);
}

/** @throws AwsError `ValidationException` when the model is not made for this */
export function expectAbility({ model }: Target, ability: Ability, what: string): void {
  if (!model.abilities.includes(ability)) {
    throw invalid(`The model ${model.id} doesn't support ${what}. Use a model that does.`);
  }
}
