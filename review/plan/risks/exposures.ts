import type { AccessChange } from '../access/access.ts';
import type { Grant } from '../access/grant.ts';
import type { PlannedResource } from '../resources/resources.ts';
import type { Values } from '../terraform/values.ts';

/** The four settings of a bucket's public access block. */
const publicAccessBlocks = [
  'block_public_acls',
  'block_public_policy',
  'ignore_public_acls',
  'restrict_public_buckets',
];

/** What a plan opens to the public, or grants more widely than any task needs; each in a sentence. */
export const exposuresIn = (resources: readonly PlannedResource[], { gained }: AccessChange): string[] => [
  ...new Set([
    ...gained.filter(({ open }) => open).map(openWords),
    ...gained.filter(({ open, wide }) => wide && !open).map(wideWords),
    ...resources.flatMap(opened),
  ]),
];

const openWords = ({ who, action, on }: Grant) =>
  who.startsWith('service ')
    ? `${who} may \`${action}\` on ${on} on behalf of any AWS account: the grant names no source`
    : `${who} in the world may \`${action}\` on ${on}`;

const wideWords = ({ who, action, on }: Grant) =>
  `\`${who}\` gets a wildcard: \`${action}\`${on === '' ? '' : ` on ${on}`}`;

/** Access that is granted by settings instead of policies. */
function opened({ type, action, words, before, after }: PlannedResource): string[] {
  const says = (condition: (values: Values) => boolean) =>
    action !== 'nothing' && condition(after) && !condition(before);
  if (type === 'aws_s3_bucket_public_access_block') {
    const weaker =
      action === 'delete' ||
      says((values) => publicAccessBlocks.some((setting) => values[setting] === false));
    return weaker ? [`the ${words} is removed or weakened`] : [];
  }
  if (type === 'aws_lambda_function_url') {
    return says(({ authorization_type }) => authorization_type === 'NONE')
      ? [`anyone in the world may call the ${words}`]
      : [];
  }
  if (type === 'aws_api_gateway_method') {
    return says(isKeyless) ? [`${words} answers without an API key`] : [];
  }
  return [];
}

/** Browsers send OPTIONS without a key, before the request itself. */
const isKeyless = ({ authorization, api_key_required, http_method }: Values) =>
  authorization === 'NONE' && api_key_required !== true && http_method !== 'OPTIONS';
