/** A fake of Terraform, whose provider needs AWS: records each call, and shows the plan that a test wrote. */
export const terraform = `#!/bin/sh
echo "terraform $*" >> "$NOVA_TEST_RECORD"
[ -n "$TF_VAR_agent_core_image_digest" ] && echo "digest $TF_VAR_agent_core_image_digest" >> "$NOVA_TEST_RECORD"
for last; do :; done
case "$*" in
  "version -json") printf '{"terraform_version":"%s"}' "$NOVA_TEST_TERRAFORM" ;;
  *" show -json "*) name=\${last##*/}; cat "$NOVA_TEST_PLANS/\${name%.tfplan}.json" ;;
  "output -json") echo '{}' ;;
esac
`;

/**
 * A fake of the CDKTF CLI: calls Terraform once for each stack, as the real one does. The real one takes seconds to start;
 * one test of each command runs it.
 */
export const cdktf = `#!/bin/sh
case "$1" in deploy) command=apply ;; *) command=$1 ;; esac
shift
for stack; do
  case "$stack" in --*) break ;; esac
  terraform "$command" -auto-approve
done
`;

/** A fake that fails at everything except printing its version. */
export const brokenTerraform = (message: string) =>
  `#!/bin/sh\n[ "$1" = version ] && printf '{"terraform_version":"1.11.4"}' && exit\necho "${message}" >&2\nexit 1\n`;
