import { AsyncLocalStorage } from 'node:async_hooks';
import * as sdk from '@aws-sdk/client-bedrock-runtime';
import { standInHeader } from '@nova/shared/models';
import type { AwsResponse, AwsService, Logger, ObjectStore, Stack } from '../../contracts.ts';
import { Faults } from '../../faults/faults.ts';
import type { FaultRates } from '../../faults/rates.ts';
import { type ModelFault, modelFaults } from '../../faults/rates.ts';
import { schemaService } from '../../wire/schema/service.ts';
import { parseSignature } from '../../wire/sigv4/parse.ts';
import { applyFault } from './apply-fault.ts';
import { Guardrails } from './guardrails/guardrails.ts';
import { MediaReader } from './media.ts';
import { realModels } from './models/real.ts';
import { standInModels } from './models/stand-in.ts';
import { bedrockOperations } from './operations.ts';
import { textReader } from './pictures/read-pictures.ts';
import type { PictureEngine } from './pictures/tesseract.ts';
import { Script } from './script.ts';

export { modelSettings, modelVariables } from './settings.ts';

export interface BedrockDependencies {
  readonly stack: Stack;
  /** Where media that requests name in S3 is read from. */
  readonly objects: ObjectStore;
  readonly logger: Logger;
  /** Faults to inject; none when absent. */
  readonly faults?: FaultRates<ModelFault>;
  /**
   * The client of a region with the developer's own credentials, to have models on AWS answer instead of the stand-in
   * (`NOVA_MODELS=bedrock`). Roles and guardrails stay those of the local stack.
   */
  readonly real?: (region: string) => sdk.BedrockRuntimeClient;
  /** Reads the text in pictures for the stand-in, which otherwise says that it does not. */
  readonly pictures?: PictureEngine;
}

/** The stand-in, and the controls that tests use. */
export interface Bedrock extends AwsService {
  readonly faults: Faults<ModelFault>;
  readonly script: Script;
}

/**
 * Bedrock Runtime on this machine: the real protocols, answered by fixed rules instead of models. Every response is
 * marked by its `x-nova-stand-in` header.
 * @throws StackError for a guardrail of the stack that cannot be read
 * @throws UserError for invalid fault rates
 */
export function createBedrock({
  stack,
  objects,
  logger,
  faults: rates,
  real,
  pictures,
}: BedrockDependencies): Bedrock {
  const faults = new Faults(modelFaults, rates);
  const script = new Script();
  const media = new MediaReader(objects, stack.accountId);
  const exchange = new AsyncLocalStorage<{ readonly response: AwsResponse; readonly region: string }>();
  // The region a request is signed for: functions call a model of another region there.
  const region = () => exchange.getStore()?.region ?? stack.region;
  const models = real
    ? realModels(() => real(region()), media)
    : standInModels(media, script, textReader(pictures));
  const service = schemaService({
    sdk,
    // Only its protocol is used: it never sends, so it needs no credentials.
    client: new sdk.BedrockRuntimeClient({
      region: stack.region,
      credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    }),
    scopes: ['bedrock'],
    logger,
    operations: bedrockOperations({
      location: () => ({ accountId: stack.accountId, region: region() }),
      guardrails: new Guardrails(stack, logger),
      models,
      setHeader: (name, value) => exchange.getStore()?.response.setHeader(name, value),
    }),
  });
  return {
    ...service,
    close: async () => pictures?.close(),
    faults,
    script,
    async handle(request, response, caller) {
      if (models.name !== undefined) response.setHeader(standInHeader, models.name);
      const fault = faults.next(caller.principalArn);
      if (fault && (await applyFault(fault, request, response))) return;
      const call = { response, region: parseSignature(request).region };
      await exchange.run(call, () => service.handle(request, response, caller));
    },
  };
}
