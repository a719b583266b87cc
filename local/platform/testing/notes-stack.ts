// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform writes its expressions so
import { functionArguments } from '../../testing/platform-fixture.ts';

const sdk = (name: string) => JSON.stringify(import.meta.resolve(`@aws-sdk/client-${name}`));
const role = (name: string) => ({ role: `\${aws_iam_role.${name}.arn}` });
const policy = (name: string, ...statements: [action: string, resource: string][]) => ({
  role: `\${aws_iam_role.${name}.name}`,
  policy: JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource })),
  }),
});
const environment = {
  environment: { variables: { TABLE: '${aws_dynamodb_table.t.name}', BUCKET: '${aws_s3_bucket.b.bucket}' } },
};
/** Arguments of the API's only resource. */
export const rest = {
  rest_api_id: '${aws_api_gateway_rest_api.a.id}',
  resource_id: '${aws_api_gateway_resource.r.id}',
};

/**
 * A stack that uses every service. A note takes the way API → table → stream → `copy` → bucket → default bus → `mark` →
 * table, from which the API reads it.
 */
export const resources = {
  aws_dynamodb_table: {
    t: {
      name: 'notes',
      hash_key: 'pk',
      attribute: [{ name: 'pk', type: 'S' }],
      stream_enabled: true,
      stream_view_type: 'NEW_IMAGE',
    },
  },
  aws_s3_bucket: { b: { bucket: 'copies' } },
  aws_s3_bucket_notification: { n: { bucket: '${aws_s3_bucket.b.bucket}', eventbridge: true } },
  aws_lambda_function: {
    api: functionArguments('api', { ...role('api'), ...environment }),
    copy: functionArguments('copy', { ...role('copy'), ...environment }),
    mark: functionArguments('mark', { ...role('mark'), ...environment }),
  },
  aws_iam_role: Object.fromEntries(
    ['api', 'copy', 'mark'].map((name) => [name, { name, assume_role_policy: '{}' }]),
  ),
  aws_iam_role_policy: {
    api: policy(
      'api',
      ['dynamodb:PutItem', '${aws_dynamodb_table.t.arn}'],
      ['dynamodb:GetItem', '${aws_dynamodb_table.t.arn}'],
    ),
    copy: policy(
      'copy',
      ['dynamodb:DescribeStream', '${aws_dynamodb_table.t.stream_arn}'],
      ['dynamodb:GetShardIterator', '${aws_dynamodb_table.t.stream_arn}'],
      ['dynamodb:GetRecords', '${aws_dynamodb_table.t.stream_arn}'],
      ['dynamodb:ListStreams', '*'],
      ['s3:PutObject', '${aws_s3_bucket.b.arn}/*'],
    ),
    mark: policy('mark', ['dynamodb:UpdateItem', '${aws_dynamodb_table.t.arn}']),
  },
  aws_lambda_event_source_mapping: {
    m: {
      event_source_arn: '${aws_dynamodb_table.t.stream_arn}',
      function_name: '${aws_lambda_function.copy.arn}',
      starting_position: 'TRIM_HORIZON',
      filter_criteria: { filter: [{ pattern: '{"eventName":["INSERT"]}' }] },
    },
  },
  aws_cloudwatch_event_rule: {
    r: { name: 'arrivals', event_bus_name: 'default', event_pattern: '{"source":["aws.s3"]}' },
  },
  aws_cloudwatch_event_target: {
    t: {
      rule: '${aws_cloudwatch_event_rule.r.name}',
      event_bus_name: 'default',
      arn: '${aws_lambda_function.mark.arn}',
    },
  },
  aws_lambda_permission: {
    rule: {
      function_name: '${aws_lambda_function.mark.function_name}',
      principal: 'events.amazonaws.com',
      action: 'lambda:InvokeFunction',
      source_arn: '${aws_cloudwatch_event_rule.r.arn}',
    },
    api: {
      function_name: '${aws_lambda_function.api.function_name}',
      principal: 'apigateway.amazonaws.com',
      action: 'lambda:InvokeFunction',
      source_arn: '${aws_api_gateway_rest_api.a.execution_arn}/v1/*/*',
    },
  },
  aws_api_gateway_rest_api: { a: { name: 'api' } },
  aws_api_gateway_resource: {
    r: { parent_id: '${aws_api_gateway_rest_api.a.root_resource_id}', path_part: '{id}' },
  },
  aws_api_gateway_method: {
    m: { ...rest, http_method: 'ANY', authorization: 'NONE', api_key_required: true },
  },
  aws_api_gateway_integration: {
    i: { ...rest, http_method: 'ANY', type: 'AWS_PROXY', uri: '${aws_lambda_function.api.invoke_arn}' },
  },
  aws_api_gateway_deployment: { d: {} },
  aws_api_gateway_stage: {
    s: {
      rest_api_id: '${aws_api_gateway_rest_api.a.id}',
      stage_name: 'v1',
      deployment_id: '${aws_api_gateway_deployment.d.id}',
    },
  },
  aws_api_gateway_api_key: { k: { name: 'developer' } },
  aws_api_gateway_usage_plan: {
    p: { api_stages: [{ api_id: '${aws_api_gateway_rest_api.a.id}', stage: 'v1' }] },
  },
  aws_api_gateway_usage_plan_key: {
    k: { key_id: '${aws_api_gateway_api_key.k.id}', usage_plan_id: '${aws_api_gateway_usage_plan.p.id}' },
  },
};

/** The code of its functions. */
export const bundles = {
  api: `import { DynamoDBClient, GetItemCommand, PutItemCommand, DeleteItemCommand } from ${sdk('dynamodb')};
    const db = new DynamoDBClient({}); const TableName = process.env.TABLE;
    const answer = (statusCode, body) => ({ statusCode, body: JSON.stringify(body) });
    export const handler = async ({ httpMethod, pathParameters: { id } }) => {
      if (id === 'pid') return answer(200, { pid: process.pid });
      const pk = { S: id };
      if (httpMethod === 'PUT') { await db.send(new PutItemCommand({ TableName, Item: { pk } })); return answer(201, {}); }
      if (httpMethod === 'DELETE') {
        try { await db.send(new DeleteItemCommand({ TableName, Key: { pk } })); return answer(204, {}); }
        catch (error) { return answer(500, { name: error.name, message: error.message }); }
      }
      const { Item } = await db.send(new GetItemCommand({ TableName, Key: { pk }, ConsistentRead: true }));
      return answer(Item ? 200 : 404, Item ?? {});
    };`,
  copy: `import { S3Client, PutObjectCommand } from ${sdk('s3')};
    const s3 = new S3Client({});
    export const handler = async ({ Records }) => { for (const { dynamodb } of Records)
      await s3.send(new PutObjectCommand({ Bucket: process.env.BUCKET, Key: dynamodb.Keys.pk.S, Body: JSON.stringify(dynamodb.NewImage) })); };`,
  mark: `import { DynamoDBClient, UpdateItemCommand } from ${sdk('dynamodb')};
    const db = new DynamoDBClient({});
    export const handler = async ({ detail }) => db.send(new UpdateItemCommand({ TableName: process.env.TABLE,
      Key: { pk: { S: detail.object.key } }, UpdateExpression: 'SET copied = :t', ExpressionAttributeValues: { ':t': { BOOL: true } } }));`,
};
