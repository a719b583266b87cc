/** Policies as a plan has them, for tests. */

export const policy = (...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
export const allow = (actions: string | string[], resource: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resource,
  ...more,
});
export const roleMay = (...statements: object[]) => ({
  role: 'nova-dev-audio-handler',
  policy: policy(...statements),
});
