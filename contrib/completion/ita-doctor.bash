# Made from the parsers by tools/manual.py with shtab (https://github.com/tqdm/shtab, Apache-2.0); never edited.

_ita_doctor_words_subparsers=(check fix undo report explain rules inspect demo help)

_ita_doctor_words_check_option_strings=(-h --help --root --thorough --only --skip --suffix --user --at --due --rules --offline --master --timeout --server-cert --ca-cert --server-keystore --trust-keystore --store-password-file --config --state --format --color --output -v --verbose -q --quiet)
_ita_doctor_words_fix_option_strings=(-h --help --apply --yes --renew --restart --into --password-file --password-fd --subject --days --ca-key --ca-password-file --certificate --server-from-handshake --root --thorough --suffix --user --at --due --rules --offline --master --timeout --server-cert --ca-cert --server-keystore --trust-keystore --store-password-file --config --state --format --color -v --verbose -q --quiet)
_ita_doctor_words_undo_option_strings=(-h --help --state)
_ita_doctor_words_report_option_strings=(-h --help --schedule --from-json --history --keep --remind --root --thorough --only --skip --suffix --user --at --due --rules --offline --master --timeout --server-cert --ca-cert --server-keystore --trust-keystore --store-password-file --config --state --format --color --output -v --verbose -q --quiet)
_ita_doctor_words_explain_option_strings=(-h --help --rules --color)
_ita_doctor_words_rules_option_strings=(-h --help --rules --format --color)
_ita_doctor_words_inspect_option_strings=(-h --help --format --color)
_ita_doctor_words_demo_option_strings=(-h --help --color)
_ita_doctor_words_help_option_strings=(-h --help)
_ita_doctor_words_option_strings=(-h --help --version)

_ita_doctor_words_check_pos_0_COMPGEN=_ita_doctor_files
_ita_doctor_words_check___root_COMPGEN=_ita_doctor_dirs
_ita_doctor_words_check___only_COMPGEN=_ita_doctor_lists
_ita_doctor_words_check___skip_COMPGEN=_ita_doctor_lists
_ita_doctor_words_check___user_COMPGEN=_ita_doctor_users
_ita_doctor_words_check___rules_COMPGEN=_ita_doctor_dirs
_ita_doctor_words_check___server_cert_COMPGEN=_ita_doctor_files
_ita_doctor_words_check___ca_cert_COMPGEN=_ita_doctor_files
_ita_doctor_words_check___server_keystore_COMPGEN=_ita_doctor_files
_ita_doctor_words_check___trust_keystore_COMPGEN=_ita_doctor_files
_ita_doctor_words_check___store_password_file_COMPGEN=_ita_doctor_files
_ita_doctor_words_check___config_COMPGEN=_ita_doctor_files
_ita_doctor_words_check___state_COMPGEN=_ita_doctor_dirs
_ita_doctor_words_check___output_COMPGEN=_ita_doctor_files
_ita_doctor_words_fix_pos_0_COMPGEN=_ita_doctor_files
_ita_doctor_words_fix___into_COMPGEN=_ita_doctor_dirs
_ita_doctor_words_fix___password_file_COMPGEN=_ita_doctor_files
_ita_doctor_words_fix___ca_key_COMPGEN=_ita_doctor_files
_ita_doctor_words_fix___ca_password_file_COMPGEN=_ita_doctor_files
_ita_doctor_words_fix___certificate_COMPGEN=_ita_doctor_files
_ita_doctor_words_fix___root_COMPGEN=_ita_doctor_dirs
_ita_doctor_words_fix___user_COMPGEN=_ita_doctor_users
_ita_doctor_words_fix___rules_COMPGEN=_ita_doctor_dirs
_ita_doctor_words_fix___server_cert_COMPGEN=_ita_doctor_files
_ita_doctor_words_fix___ca_cert_COMPGEN=_ita_doctor_files
_ita_doctor_words_fix___server_keystore_COMPGEN=_ita_doctor_files
_ita_doctor_words_fix___trust_keystore_COMPGEN=_ita_doctor_files
_ita_doctor_words_fix___store_password_file_COMPGEN=_ita_doctor_files
_ita_doctor_words_fix___config_COMPGEN=_ita_doctor_files
_ita_doctor_words_fix___state_COMPGEN=_ita_doctor_dirs
_ita_doctor_words_undo_pos_0_COMPGEN=_ita_doctor_files
_ita_doctor_words_undo___state_COMPGEN=_ita_doctor_dirs
_ita_doctor_words_report_pos_0_COMPGEN=_ita_doctor_files
_ita_doctor_words_report___from_json_COMPGEN=_ita_doctor_files
_ita_doctor_words_report___history_COMPGEN=_ita_doctor_files
_ita_doctor_words_report___root_COMPGEN=_ita_doctor_dirs
_ita_doctor_words_report___only_COMPGEN=_ita_doctor_lists
_ita_doctor_words_report___skip_COMPGEN=_ita_doctor_lists
_ita_doctor_words_report___user_COMPGEN=_ita_doctor_users
_ita_doctor_words_report___rules_COMPGEN=_ita_doctor_dirs
_ita_doctor_words_report___server_cert_COMPGEN=_ita_doctor_files
_ita_doctor_words_report___ca_cert_COMPGEN=_ita_doctor_files
_ita_doctor_words_report___server_keystore_COMPGEN=_ita_doctor_files
_ita_doctor_words_report___trust_keystore_COMPGEN=_ita_doctor_files
_ita_doctor_words_report___store_password_file_COMPGEN=_ita_doctor_files
_ita_doctor_words_report___config_COMPGEN=_ita_doctor_files
_ita_doctor_words_report___state_COMPGEN=_ita_doctor_dirs
_ita_doctor_words_report___output_COMPGEN=_ita_doctor_files
_ita_doctor_words_explain_pos_0_COMPGEN=_ita_doctor_rules
_ita_doctor_words_explain___rules_COMPGEN=_ita_doctor_dirs
_ita_doctor_words_rules___rules_COMPGEN=_ita_doctor_dirs
_ita_doctor_words_inspect_pos_0_COMPGEN=_ita_doctor_files

_ita_doctor_words_check___format_choices=(text json nagios openmetrics junit sarif html)
_ita_doctor_words_check___color_choices=(auto always never)
_ita_doctor_words_fix___format_choices=(text json)
_ita_doctor_words_fix___color_choices=(auto always never)
_ita_doctor_words_report___schedule_choices=(cron systemd ibmi)
_ita_doctor_words_report___format_choices=(text json nagios openmetrics junit sarif html)
_ita_doctor_words_report___color_choices=(auto always never)
_ita_doctor_words_explain___color_choices=(auto always never)
_ita_doctor_words_rules___format_choices=(text json)
_ita_doctor_words_rules___color_choices=(auto always never)
_ita_doctor_words_inspect___format_choices=(text json)
_ita_doctor_words_inspect___color_choices=(auto always never)
_ita_doctor_words_demo___color_choices=(auto always never)
_ita_doctor_words_help_pos_0_choices=(check fix undo report explain rules inspect demo)
_ita_doctor_words_pos_0_choices=(check fix undo report explain rules inspect demo help)

_ita_doctor_words_check_pos_0_nargs='*'
_ita_doctor_words_check__h_nargs=0
_ita_doctor_words_check___help_nargs=0
_ita_doctor_words_check___thorough_nargs=0
_ita_doctor_words_check___offline_nargs=0
_ita_doctor_words_check__v_nargs=0
_ita_doctor_words_check___verbose_nargs=0
_ita_doctor_words_check__q_nargs=0
_ita_doctor_words_check___quiet_nargs=0
_ita_doctor_words_fix_pos_0_nargs='*'
_ita_doctor_words_fix__h_nargs=0
_ita_doctor_words_fix___help_nargs=0
_ita_doctor_words_fix___apply_nargs=0
_ita_doctor_words_fix___yes_nargs=0
_ita_doctor_words_fix___renew_nargs=0
_ita_doctor_words_fix___restart_nargs=0
_ita_doctor_words_fix___thorough_nargs=0
_ita_doctor_words_fix___offline_nargs=0
_ita_doctor_words_fix__v_nargs=0
_ita_doctor_words_fix___verbose_nargs=0
_ita_doctor_words_fix__q_nargs=0
_ita_doctor_words_fix___quiet_nargs=0
_ita_doctor_words_undo_pos_0_nargs='*'
_ita_doctor_words_undo__h_nargs=0
_ita_doctor_words_undo___help_nargs=0
_ita_doctor_words_report_pos_0_nargs='*'
_ita_doctor_words_report__h_nargs=0
_ita_doctor_words_report___help_nargs=0
_ita_doctor_words_report___from_json_nargs=+
_ita_doctor_words_report___thorough_nargs=0
_ita_doctor_words_report___offline_nargs=0
_ita_doctor_words_report__v_nargs=0
_ita_doctor_words_report___verbose_nargs=0
_ita_doctor_words_report__q_nargs=0
_ita_doctor_words_report___quiet_nargs=0
_ita_doctor_words_explain__h_nargs=0
_ita_doctor_words_explain___help_nargs=0
_ita_doctor_words_rules__h_nargs=0
_ita_doctor_words_rules___help_nargs=0
_ita_doctor_words_inspect_pos_0_nargs=+
_ita_doctor_words_inspect__h_nargs=0
_ita_doctor_words_inspect___help_nargs=0
_ita_doctor_words_demo__h_nargs=0
_ita_doctor_words_demo___help_nargs=0
_ita_doctor_words_help__h_nargs=0
_ita_doctor_words_help___help_nargs=0
_ita_doctor_words_pos_0_nargs=A...
_ita_doctor_words__h_nargs=0
_ita_doctor_words___help_nargs=0
_ita_doctor_words___version_nargs=0

# Custom Preamble

# Bash itself takes quotes and backslashes out of $1 for -f and -d, where the whole word is handed on.
_ita_doctor_files() { compgen -f -- "$1"; }
_ita_doctor_dirs() { compgen -d -- "$1"; }
_ita_doctor_users() { compgen -u -- "$1"; }

_ita_doctor_rules() { compgen -W "ITA-INI-001 ITA-INI-002 ITA-INI-003 ITA-INI-004 ITA-INI-005 ITA-INI-006 ITA-INI-007 ITA-INI-008 ITA-INI-009 ITA-INI-010 ITA-INI-011 ITA-INI-012 ITA-FILE-001 ITA-FILE-002 ITA-FILE-003 ITA-FILE-004 ITA-FILE-005 ITA-FILE-006 ITA-FILE-007 ITA-FILE-008 ITA-FILE-009 ITA-FILE-010 ITA-FILE-011 ITA-FILE-012 ITA-FILE-013 ITA-STH-001 ITA-STH-002 ITA-STH-003 ITA-STH-004 ITA-STH-005 ITA-KEY-001 ITA-KEY-002 ITA-KEY-003 ITA-KEY-004 ITA-KEY-005 ITA-KEY-006 ITA-KEY-007 ITA-CERT-001 ITA-CERT-002 ITA-CERT-003 ITA-CERT-004 ITA-CERT-005 ITA-CERT-006 ITA-CERT-007 ITA-CERT-008 ITA-CERT-009 ITA-CERT-010 ITA-CERT-011 ITA-CERT-012 ITA-CERT-013 ITA-CA-001 ITA-CA-002 ITA-CA-003 ITA-CA-004 ITA-CA-005 ITA-CA-006 ITA-CA-007 ITA-CA-008 ITA-RND-001 ITA-RND-002 ITA-AGT-001 ITA-AGT-002 ITA-AGT-003 ITA-AGT-004 ITA-AGT-005 ITA-AGT-006 ITA-AGT-007 ITA-AGT-008 ITA-NET-001 ITA-NET-002 ITA-NET-003 ITA-TLS-001 ITA-TLS-002 ITA-TLS-003 ITA-TLS-004 ITA-TLS-005 ITA-TLS-006 ITA-TLS-007 ITA-TLS-008 ITA-TLS-009 ITA-MST-001 ITA-MST-002 ITA-MST-003 ITA-MST-004 ITA-MST-005 ITA-MST-006" -- "$1"; }
# A list of rules and families with commas.
_ita_doctor_lists() {
  local before=""
  [[ $1 == *,* ]] && before="${1%,*},"
  compgen -P "$before" -W "INI FILE STH KEY CERT CA RND AGT NET TLS MST ITA-INI-001 ITA-INI-002 ITA-INI-003 ITA-INI-004 ITA-INI-005 ITA-INI-006 ITA-INI-007 ITA-INI-008 ITA-INI-009 ITA-INI-010 ITA-INI-011 ITA-INI-012 ITA-FILE-001 ITA-FILE-002 ITA-FILE-003 ITA-FILE-004 ITA-FILE-005 ITA-FILE-006 ITA-FILE-007 ITA-FILE-008 ITA-FILE-009 ITA-FILE-010 ITA-FILE-011 ITA-FILE-012 ITA-FILE-013 ITA-STH-001 ITA-STH-002 ITA-STH-003 ITA-STH-004 ITA-STH-005 ITA-KEY-001 ITA-KEY-002 ITA-KEY-003 ITA-KEY-004 ITA-KEY-005 ITA-KEY-006 ITA-KEY-007 ITA-CERT-001 ITA-CERT-002 ITA-CERT-003 ITA-CERT-004 ITA-CERT-005 ITA-CERT-006 ITA-CERT-007 ITA-CERT-008 ITA-CERT-009 ITA-CERT-010 ITA-CERT-011 ITA-CERT-012 ITA-CERT-013 ITA-CA-001 ITA-CA-002 ITA-CA-003 ITA-CA-004 ITA-CA-005 ITA-CA-006 ITA-CA-007 ITA-CA-008 ITA-RND-001 ITA-RND-002 ITA-AGT-001 ITA-AGT-002 ITA-AGT-003 ITA-AGT-004 ITA-AGT-005 ITA-AGT-006 ITA-AGT-007 ITA-AGT-008 ITA-NET-001 ITA-NET-002 ITA-NET-003 ITA-TLS-001 ITA-TLS-002 ITA-TLS-003 ITA-TLS-004 ITA-TLS-005 ITA-TLS-006 ITA-TLS-007 ITA-TLS-008 ITA-TLS-009 ITA-MST-001 ITA-MST-002 ITA-MST-003 ITA-MST-004 ITA-MST-005 ITA-MST-006" -- "${1##*,}"
}
# End Custom Preamble

# $1=COMP_WORDS[1]
_ita_doctor_compgen_files() {
  compgen -f -- $1  # files
}

# $1=COMP_WORDS[1]
_ita_doctor_compgen_dirs() {
  compgen -d -- $1  # recurse into subdirs
}

# $1=COMP_WORDS[1]
_ita_doctor_replace_nonword() {
  echo "${1//[^[:word:]]/_}"
}

# set default values (called for the initial parser & any subparsers)
_ita_doctor_set_parser_defaults() {
  local subparsers_var="${prefix}_subparsers[@]"
  sub_parsers=${!subparsers_var-}

  local current_option_strings_var="${prefix}_option_strings[@]"
  current_option_strings=${!current_option_strings_var}

  completed_positional_actions=0

  _ita_doctor_set_new_action "pos_$completed_positional_actions" true
}

# $1=action identifier
# $2=positional action (bool)
# set all identifiers for an action's parameters
_ita_doctor_set_new_action() {
  current_action="${prefix}_$(_ita_doctor_replace_nonword $1)"

  local current_action_compgen_var=${current_action}_COMPGEN
  current_action_compgen="${!current_action_compgen_var-}"

  local current_action_choices_var="${current_action}_choices[@]"
  current_action_choices="${!current_action_choices_var-}"

  local current_action_nargs_var="${current_action}_nargs"
  if [ -n "${!current_action_nargs_var-}" ]; then
    current_action_nargs="${!current_action_nargs_var}"
  else
    current_action_nargs=1
  fi

  current_action_args_start_index=$(( $word_index + 1 - $pos_only ))

  current_action_is_positional=$2
}

# Notes:
# `COMPREPLY`: what will be rendered after completion is triggered
# `completing_word`: currently typed word to generate completions for
# `${!var}`: evaluates the content of `var` and expand its content as a variable
#     hello="world"
#     x="hello"
#     ${!x} -> ${hello} -> "world"
_ita_doctor_words() {
  local completing_word="${COMP_WORDS[COMP_CWORD]}"
  local previous_word="${COMP_WORDS[COMP_CWORD-1]}"
  local completed_positional_actions
  local current_action
  local current_action_args_start_index
  local current_action_choices
  local current_action_compgen
  local current_action_is_positional
  local current_action_nargs
  local current_option_strings
  local sub_parsers
  COMPREPLY=()

  local prefix=_ita_doctor_words
  local word_index=0
  local pos_only=0 # "--" delimiter not encountered yet
  _ita_doctor_set_parser_defaults
  word_index=1

  # determine what arguments are appropriate for the current state
  # of the arg parser
  while [ $word_index -ne $COMP_CWORD ]; do
    local this_word="${COMP_WORDS[$word_index]}"

    if [[ $pos_only = 1 || " $this_word " != " -- " ]]; then
      if [[ -n $sub_parsers && " ${sub_parsers[@]} " == *" $this_word "* ]]; then
        # valid subcommand: add it to the prefix & reset the current action
        prefix="${prefix}_$(_ita_doctor_replace_nonword $this_word)"
        _ita_doctor_set_parser_defaults
      fi

      if [[ " ${current_option_strings[@]} " == *" $this_word "* ]]; then
        # a new action should be acquired (due to recognised option string or
        # no more input expected from current action);
        # the next positional action can fill in here
        _ita_doctor_set_new_action $this_word false
      fi

      if [[ "$current_action_nargs" != "*" ]] && \
         [[ "$current_action_nargs" != "+" ]] && \
         [[ "$current_action_nargs" != "?" ]] && \
         [[ "$current_action_nargs" != *"..." ]] && \
         (( $word_index + 1 - $current_action_args_start_index - $pos_only >= \
            $current_action_nargs )); then
        $current_action_is_positional && let "completed_positional_actions += 1"
        _ita_doctor_set_new_action "pos_$completed_positional_actions" true
      fi
    else
      pos_only=1 # "--" delimiter encountered
    fi

    let "word_index+=1"
  done

  # Generate the completions

  COMPREPLY=()
  if [[ $pos_only = 0 && "$completing_word" == -* &&
        ( -z "$current_action_compgen" || "$current_action_is_positional" = true ) ]]; then
    # optional argument started: use option strings
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(
      compgen -W "${current_option_strings[*]}" -- "$completing_word")
  elif [[ "$previous_word" =~ ^[0-9\&]*[\<\>]\>?$ ]]; then
    # handle redirection operators
    compopt -o filenames 2>/dev/null || : # bash>=4
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$completing_word")
  else
    # use choices & compgen
    local action_compgen_word="$completing_word"
    # handle tab-completing in the middle of a line (#248 <- #116)
    [[ -n "$current_action_compgen" && "$completing_word" == -* ]] && action_compgen_word=""
    [ -n "$current_action_compgen" ] && {
      [[ "$current_action_compgen" =~ _(file|dir|glob|FILE|DIR|GLOB)|File|Dir|Glob ]] &&
        compopt -o filenames 2>/dev/null || : # bash>=4
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(
        "$current_action_compgen" "$action_compgen_word")
    }
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(
      compgen -W "${current_action_choices[*]}" -- "$completing_word")
  fi

  if [[ ${#COMPREPLY[@]} = 0 ]]; then
    # native fallback matches are not necessarily filenames (e.g. variables)
    compopt +o filenames 2>/dev/null || : # bash>=4
  fi

  return 0
}

# `--format=json` is three words to bash, and two to the function above.
_ita_doctor() {
  local at here=0
  local -a words=()
  for at in "${!COMP_WORDS[@]}"; do
    if [[ ${COMP_WORDS[at]} == "=" && $at -gt 0 && ${COMP_WORDS[at-1]} == --* ]]; then
      if [[ $at == "$COMP_CWORD" ]]; then words+=(""); fi
    else
      words+=("${COMP_WORDS[at]}")
    fi
    if [[ $at == "$COMP_CWORD" ]]; then here=$(( ${#words[@]} - 1 )); fi
  done
  local -a COMP_WORDS=("${words[@]}")
  local COMP_CWORD=$here
  _ita_doctor_words
}

complete -o bashdefault -F _ita_doctor ita-doctor
