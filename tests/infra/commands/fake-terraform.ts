/** A fake of Terraform, whose provider needs AWS: records each call, saves and shows the plan that a test wrote. */
export const terraform = `#!/bin/sh
echo "terraform $*" >> "$NOVA_TEST_RECORD"
[ -n "$TF_VAR_agent_core_image_digest" ] && echo "digest $TF_VAR_agent_core_image_digest" >> "$NOVA_TEST_RECORD"
for last; do :; done
case "$*" in
  "version -json") printf '{"terraform_version":"%s"}' "$NOVA_TEST_TERRAFORM" ;;
  *" plan "*) file=\${last#-out=}; name=\${file##*/}; cp "$NOVA_TEST_PLANS/\${name%.tfplan}.json" "$file" ;;
  *" show -json "*) name=\${last##*/}; cat "$NOVA_TEST_PLANS/\${name%.tfplan}.json" ;;
  "output -json") echo '{}' ;;
esac
`;

/**
 * The same fake, which does something else instead when its arguments match a pattern of `grep`.
 * @param instead shell commands
 */
export const terraformThat = (instead = ':', when = 'never') =>
  terraform.replace('\n', `\nif echo "$*" | grep -q '${when}'; then ${instead}; fi\n`);

/** A fake of the CDKTF CLI: calls Terraform once for each stack, as the real one does. The real one takes seconds to start. */
export const cdktf = `#!/bin/sh
shift
for stack; do
  case "$stack" in --*) break ;; esac
  terraform apply -auto-approve
done
`;

/** A fake that fails at everything except printing its version. */
export const brokenTerraform = (message: string) =>
  `#!/bin/sh\n[ "$1" = version ] && printf '{"terraform_version":"1.11.4"}' && exit\necho "${message}" >&2\nexit 1\n`;
