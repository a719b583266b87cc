import { type GrpcObject, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';

/**
 * The part of Terraform's plugin protocol 5 that a provider of resources and data sources needs, with the field numbers
 * of the original. Source: Terraform, docs/plugin-protocol/tfplugin5 (MPL-2.0).
 */
const message = (
  fields: Readonly<Record<string, readonly [type: string, id: number, rule?: 'repeated']>>,
) => ({
  fields: Object.fromEntries(
    Object.entries(fields).map(([name, [type, id, rule]]) => [name, { type, id, ...(rule ? { rule } : {}) }]),
  ),
});
/** A map from names to values of a type. */
const mapOf = (type: string, id: number) => ({ keyType: 'string', type, id });

const value = { config: ['DynamicValue', 2], type_name: ['string', 1] } as const;
const diagnostics = (id: number) => ['Diagnostic', id, 'repeated'] as const;

const call = (requestType: string, responseType: string) => ({ requestType, responseType, comment: '' });

const definition: Parameters<typeof fromJSON>[0] = {
  nested: {
    tfplugin5: {
      nested: {
        DynamicValue: message({ msgpack: ['bytes', 1], json: ['bytes', 2] }),
        Diagnostic: message({ severity: ['int32', 1], summary: ['string', 2], detail: ['string', 3] }),
        Step: message({ attribute_name: ['string', 1] }),
        AttributePath: message({ steps: ['Step', 1, 'repeated'] }),
        RawState: message({ json: ['bytes', 1] }),
        Attribute: message({
          ...{ name: ['string', 1], type: ['bytes', 2] },
          ...{ required: ['bool', 4], optional: ['bool', 5], computed: ['bool', 6] },
        }),
        NestedBlock: message({
          ...{ type_name: ['string', 1], block: ['Block', 2], nesting: ['int32', 3] },
          ...{ min_items: ['int64', 4], max_items: ['int64', 5] },
        }),
        Block: message({
          ...{ version: ['int64', 1], attributes: ['Attribute', 2, 'repeated'] },
          block_types: ['NestedBlock', 3, 'repeated'],
        }),
        Schema: message({ version: ['int64', 1], block: ['Block', 2] }),
        Nothing: message({}),
        GetSchemaResponse: {
          fields: {
            provider: { type: 'Schema', id: 1 },
            resource_schemas: mapOf('Schema', 2),
            data_source_schemas: mapOf('Schema', 3),
          },
        },
        ConfigRequest: message({ config: ['DynamicValue', 1] }),
        PreparedResponse: message({ prepared_config: ['DynamicValue', 1], diagnostics: diagnostics(2) }),
        ValidateRequest: message(value),
        DiagnosticsResponse: message({ diagnostics: diagnostics(1) }),
        ConfigureRequest: message({ terraform_version: ['string', 1], config: ['DynamicValue', 2] }),
        UpgradeRequest: message({
          type_name: ['string', 1],
          version: ['int64', 2],
          raw_state: ['RawState', 3],
        }),
        UpgradeResponse: message({ upgraded_state: ['DynamicValue', 1], diagnostics: diagnostics(2) }),
        ReadRequest: message({ type_name: ['string', 1], current_state: ['DynamicValue', 2] }),
        ReadResponse: message({ new_state: ['DynamicValue', 1], diagnostics: diagnostics(2) }),
        ReadDataResponse: message({ state: ['DynamicValue', 1], diagnostics: diagnostics(2) }),
        PlanRequest: message({
          ...{ type_name: ['string', 1], prior_state: ['DynamicValue', 2] },
          ...{ proposed_new_state: ['DynamicValue', 3], config: ['DynamicValue', 4] },
        }),
        PlanResponse: message({
          planned_state: ['DynamicValue', 1],
          requires_replace: ['AttributePath', 2, 'repeated'],
          diagnostics: diagnostics(4),
        }),
        ApplyRequest: message({
          ...{ type_name: ['string', 1], prior_state: ['DynamicValue', 2] },
          ...{ planned_state: ['DynamicValue', 3], config: ['DynamicValue', 4] },
        }),
        ApplyResponse: message({ new_state: ['DynamicValue', 1], diagnostics: diagnostics(3) }),
        StopResponse: message({ Error: ['string', 1] }),
        Provider: {
          methods: {
            GetSchema: call('Nothing', 'GetSchemaResponse'),
            PrepareProviderConfig: call('ConfigRequest', 'PreparedResponse'),
            ValidateResourceTypeConfig: call('ValidateRequest', 'DiagnosticsResponse'),
            ValidateDataSourceConfig: call('ValidateRequest', 'DiagnosticsResponse'),
            UpgradeResourceState: call('UpgradeRequest', 'UpgradeResponse'),
            Configure: call('ConfigureRequest', 'DiagnosticsResponse'),
            ReadResource: call('ReadRequest', 'ReadResponse'),
            ReadDataSource: call('ValidateRequest', 'ReadDataResponse'),
            PlanResourceChange: call('PlanRequest', 'PlanResponse'),
            ApplyResourceChange: call('ApplyRequest', 'ApplyResponse'),
            Stop: call('Nothing', 'StopResponse'),
          },
        },
      },
    },
  },
};

const loaded = loadPackageDefinition(fromJSON(definition, { keepCase: true, longs: Number }));

/** The service that Terraform calls. */
export const providerService = ((loaded.tfplugin5 as GrpcObject).Provider as ServiceClientConstructor)
  .service;
