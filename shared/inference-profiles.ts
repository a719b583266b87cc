/**
 * Inference profiles: a geography's prefix before a model's id. A call in a source region goes to any of the profile's destination
 * regions, and the caller needs permission for the model in all of them.
 *
 * Source of every list here: Amazon Bedrock user guide, the model cards of Claude Sonnet 4.6 and of Nova 2 Lite, "Geo inference
 * details" (https://docs.aws.amazon.com/bedrock/latest/userguide/model-cards.html). Read on 2026-11-30 in stored copies of the pages.
 */

/** Destination regions of each geography. A source region that is not among them is a destination of its own calls too. */
const destinations = {
  us: ['us-east-1', 'us-east-2', 'us-west-2'],
  eu: ['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-3'],
  jp: ['ap-northeast-1', 'ap-northeast-3'],
  au: ['ap-southeast-2', 'ap-southeast-4'],
} as const;

export type Geography = keyof typeof destinations;

const { us, eu, jp, au } = destinations;
const northAmerica = [...us, 'us-west-1', 'ca-central-1', 'ca-west-1'];

/** Source regions of each model's profiles. */
const sources: Readonly<Record<string, Readonly<Partial<Record<Geography, readonly string[]>>>>> = {
  'anthropic.claude-sonnet-4-6': {
    us: northAmerica,
    eu: [...eu, 'eu-central-2', 'eu-west-2'],
    jp,
    au: [...au, 'ap-southeast-6'],
  },
  // Osaka is a destination of the Japanese profile, but not a source.
  'amazon.nova-2-lite-v1:0': { us: northAmerica, eu, jp: ['ap-northeast-1'] },
};

/** The geographies of a model's profiles, each with the regions that may call it. */
const sourcesOf = (model: string) => Object.entries(sources[model] ?? {});

/** @returns the id of the model's profile for the region's own geography, or undefined where the model has none */
export function profileIn(region: string, model: string): string | undefined {
  const found = sourcesOf(model).find(([, regions]) => regions.includes(region));
  return found && `${found[0]}.${model}`;
}

/** Regions that reach the model without leaving their geography. */
export const profileRegions = (model: string): string[] => sourcesOf(model).flatMap(([, regions]) => regions);

/** Source regions of a model's profile for a geography; for a model without a list above, those of any model. */
export const callersOf = (geography: string, model: string): readonly string[] =>
  sources[model]
    ? (sources[model][geography as Geography] ?? [])
    : Object.values(sources).flatMap((one) => one[geography as Geography] ?? []);

/** The parts of an inference profile's id; undefined for the id of a model. */
export function profileParts(id: string): { readonly geography: string; readonly model: string } | undefined {
  const [, geography, model] = /^(us|eu|jp|au|apac|global)\.(.+)$/.exec(id) ?? [];
  return geography === undefined || model === undefined ? undefined : { geography, model };
}

/**
 * Regions that a profile sends a call to. The global profile sends it anywhere: IAM names the model in the source region, and once
 * without a region (Amazon Bedrock user guide, "Global cross-Region inference", IAM policy).
 * @returns undefined for a geography without a list above
 */
export function destinationsOf(geography: string, source: string): readonly string[] | undefined {
  if (geography === 'global') return [source, ''];
  const regions: readonly string[] | undefined = destinations[geography as Geography];
  return regions && [...new Set([...regions, source])];
}
