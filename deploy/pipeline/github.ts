import { CreateOpenIDConnectProviderCommand, type IAMClient } from '@aws-sdk/client-iam';

/**
 * Makes the account trust the identity of GitHub's workflows. There is one provider for the whole account, so no stage
 * declares it. Source: GitHub docs, "Configuring OpenID Connect in Amazon Web Services".
 * @returns whether it was created now
 */
export async function trustGitHub(iam: Pick<IAMClient, 'send'>): Promise<boolean> {
  try {
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: 'https://token.actions.githubusercontent.com',
        ClientIDList: ['sts.amazonaws.com'],
      }),
    );
    return true;
  } catch (error) {
    if ((error as Error).name === 'EntityAlreadyExistsException') return false;
    throw error;
  }
}
