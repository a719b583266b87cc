/**
 * Stands in for Terraform, whose provider needs AWS: notes what it is asked, and shows the plan that a test wrote. The
 * CDKTF CLI in front of it is the real one.
 */
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

/** One that fails at all but telling its version. */
export const brokenTerraform = (message: string) =>
  `#!/bin/sh\n[ "$1" = version ] && printf '{"terraform_version":"1.11.4"}' && exit\necho "${message}" >&2\nexit 1\n`;
