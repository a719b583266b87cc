import { functionNames } from '@nova/shared/functions';
import { describe, expect, it } from 'vitest';
import { awsError, scripted } from '../testing/scripted.ts';
import { deployedFunctions, pointAlias } from './versions.ts';

describe('the deployed functions', () => {
  it('are all, with their versions from all pages and the version that callers get', async () => {
    const { client } = scripted({
      GetAlias: () => ({ FunctionVersion: '9' }),
      ListVersionsByFunction: (input: { Marker?: string }) =>
        input.Marker
          ? { Versions: [{ Version: '10' }] }
          : { Versions: [{ Version: '$LATEST' }, { Version: '9' }, { Version: '2' }], NextMarker: 'more' },
    });

    const functions = await deployedFunctions(client, 'nova');

    expect(functions.map(({ name }) => name)).toEqual(functionNames);
    expect(functions[0]).toMatchObject({ live: 9, shifting: false, versions: [2, 9, 10] });
  });

  it('name the function that is missing', async () => {
    const { client } = scripted({ GetAlias: awsError('ResourceNotFoundException', 404) });

    await expect(deployedFunctions(client, 'nova')).rejects.toThrow(
      /no function nova-[\w-]+ .* deploy the stage first/,
    );
  });

  it('switch all callers to a version at once', async () => {
    const { client, calls } = scripted({});

    await pointAlias(client, 'nova-video-handler', 3);

    expect(calls[0]?.input).toEqual({
      FunctionName: 'nova-video-handler',
      Name: 'live',
      FunctionVersion: '3',
      RoutingConfig: { AdditionalVersionWeights: {} },
    });
  });
});
