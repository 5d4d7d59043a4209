import { protobuf } from './protobuf.ts';

// Terraform's plugin protocol 5, as far as Terraform calls it.
// https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/tfplugin5.proto
const messages = {
  Empty: {},
  DynamicValue: { msgpack: 'bytes 1', json: 'bytes 2' },
  RawState: { json: 'bytes 1', flatmap: 'map<string,string> 2' },
  Step: { attribute_name: 'string 1', element_key_string: 'string 2', element_key_int: 'int64 3' },
  AttributePath: { steps: 'repeated Step 1' },
  Diagnostic: { severity: 'int32 1', summary: 'string 2', detail: 'string 3', attribute: 'AttributePath 4' },
  ServerCapabilities: { plan_destroy: 'bool 1', get_provider_schema_optional: 'bool 2', move_resource_state: 'bool 3' },
  Schema: { version: 'int64 1', block: 'Block 2' },
  Block: { version: 'int64 1', attributes: 'repeated Attribute 2', block_types: 'repeated NestedBlock 3' },
  Attribute: {
    name: 'string 1',
    type: 'bytes 2',
    required: 'bool 4',
    optional: 'bool 5',
    computed: 'bool 6',
    sensitive: 'bool 7',
    deprecated: 'bool 9',
  },
  NestedBlock: {
    type_name: 'string 1',
    block: 'Block 2',
    nesting: 'int32 3',
    min_items: 'int64 4',
    max_items: 'int64 5',
  },
  GetSchemaResponse: {
    provider: 'Schema 1',
    resource_schemas: 'map<string,Schema> 2',
    data_source_schemas: 'map<string,Schema> 3',
    diagnostics: 'repeated Diagnostic 4',
    server_capabilities: 'ServerCapabilities 6',
  },
  PrepareProviderConfigRequest: { config: 'DynamicValue 1' },
  PrepareProviderConfigResponse: { prepared_config: 'DynamicValue 1', diagnostics: 'repeated Diagnostic 2' },
  ConfigureRequest: { terraform_version: 'string 1', config: 'DynamicValue 2' },
  ValidateRequest: { type_name: 'string 1', config: 'DynamicValue 2' },
  DiagnosticsResponse: { diagnostics: 'repeated Diagnostic 1' },
  UpgradeResourceStateRequest: { type_name: 'string 1', version: 'int64 2', raw_state: 'RawState 3' },
  UpgradeResourceStateResponse: { upgraded_state: 'DynamicValue 1', diagnostics: 'repeated Diagnostic 2' },
  ReadResourceRequest: { type_name: 'string 1', current_state: 'DynamicValue 2', private: 'bytes 3' },
  ReadResourceResponse: { new_state: 'DynamicValue 1', diagnostics: 'repeated Diagnostic 2', private: 'bytes 3' },
  PlanResourceChangeRequest: {
    type_name: 'string 1',
    prior_state: 'DynamicValue 2',
    proposed_new_state: 'DynamicValue 3',
    config: 'DynamicValue 4',
    prior_private: 'bytes 5',
  },
  PlanResourceChangeResponse: {
    planned_state: 'DynamicValue 1',
    requires_replace: 'repeated AttributePath 2',
    planned_private: 'bytes 3',
    diagnostics: 'repeated Diagnostic 4',
    legacy_type_system: 'bool 5',
  },
  ApplyResourceChangeRequest: {
    type_name: 'string 1',
    prior_state: 'DynamicValue 2',
    planned_state: 'DynamicValue 3',
    config: 'DynamicValue 4',
    planned_private: 'bytes 5',
  },
  ApplyResourceChangeResponse: {
    new_state: 'DynamicValue 1',
    private: 'bytes 2',
    diagnostics: 'repeated Diagnostic 3',
    legacy_type_system: 'bool 4',
  },
  ImportResourceStateRequest: { type_name: 'string 1', id: 'string 2' },
  ImportedResource: { type_name: 'string 1', state: 'DynamicValue 2', private: 'bytes 3' },
  ImportResourceStateResponse: {
    imported_resources: 'repeated ImportedResource 1',
    diagnostics: 'repeated Diagnostic 2',
  },
  ReadDataSourceRequest: { type_name: 'string 1', config: 'DynamicValue 2' },
  ReadDataSourceResponse: { state: 'DynamicValue 1', diagnostics: 'repeated Diagnostic 2' },
  StopResponse: { Error: 'string 1' },
};

const methods = {
  GetSchema: ['Empty', 'GetSchemaResponse'],
  PrepareProviderConfig: ['PrepareProviderConfigRequest', 'PrepareProviderConfigResponse'],
  ValidateResourceTypeConfig: ['ValidateRequest', 'DiagnosticsResponse'],
  ValidateDataSourceConfig: ['ValidateRequest', 'DiagnosticsResponse'],
  UpgradeResourceState: ['UpgradeResourceStateRequest', 'UpgradeResourceStateResponse'],
  Configure: ['ConfigureRequest', 'DiagnosticsResponse'],
  ReadResource: ['ReadResourceRequest', 'ReadResourceResponse'],
  PlanResourceChange: ['PlanResourceChangeRequest', 'PlanResourceChangeResponse'],
  ApplyResourceChange: ['ApplyResourceChangeRequest', 'ApplyResourceChangeResponse'],
  ImportResourceState: ['ImportResourceStateRequest', 'ImportResourceStateResponse'],
  ReadDataSource: ['ReadDataSourceRequest', 'ReadDataSourceResponse'],
  Stop: ['Empty', 'StopResponse'],
} as const;

/** The procedures of the protocol that are served. */
export type Procedure = keyof typeof methods;

/** Messages of the protocol as bytes. */
export const { encode, decode } = protobuf(messages);

/** The procedures with the types of their messages; what is left out, Terraform 1.5 to 1.11 never calls. */
export const procedures = Object.entries(methods) as [Procedure, readonly [request: string, response: string]][];

/** What gRPC calls a procedure. */
export function pathOf(procedure: Procedure): string {
  return `/tfplugin5.Provider/${procedure}`;
}
