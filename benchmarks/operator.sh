#!/bin/sh
# What an operator would do by hand with openssl: the yardstick of offline.py and scale.py.
# usage: operator.sh ITA_INI SERVER_PEM USER
# Exit status 0: all is well; 1: something is not, and a line says what.
# Written to be fast: each file is opened by one openssl, and nothing is started that the shell can do itself.
# The password goes from the stash to openssl through a pipe, never through an argument.

ini=$1 server=$2 user=$3
bad=0

complain() {
    echo "$1"
    bad=1
}

while IFS=' =' read -r name value; do
    case $name in
        key_db_name) suffix=$value ;;
        key_repository_dir) folder=$value ;;
        password_file) stash=$value ;;
        random_file) seed=$value ;;
    esac
done <"$ini"
prv=$folder/ita_prv$suffix.pem
pub=$folder/ita_pub$suffix.pem
cert=$folder/ita_cert$suffix.pem
bundle=$folder/ita_ca_cert$suffix.pem

# Does the key open with the stashed password, and was the certificate made of it? Is that valid for 30 days more?
of_key=$(openssl base64 -d -in "$stash" | openssl rsa -in "$prv" -passin stdin -noout -modulus 2>/dev/null) || complain "$prv does not open with $stash"
of_pub=$(openssl x509 -in "$pub" -noout -modulus -fingerprint -sha256 -dates -checkend 2592000) || complain "$pub: expired, or within 30 days"
case $of_pub in
    *"$of_key"*) ;;
    *) complain "$pub does not belong to $prv" ;;
esac
cmp -s "$pub" "$cert" || complain "$pub and $cert differ"

# The dates of each block of the bundle; the agent's and the master's certificate among them.
held=$(awk -v ask='openssl x509 -noout -fingerprint -sha256 -dates -checkend 2592000' '
    /^-----BEGIN CERTIFICATE-----$/ { inside = 1 }
    inside { print | ask }
    /^-----END CERTIFICATE-----$/ { inside = 0; if (close(ask)) bad = 1 }
    END { exit bad }' "$bundle") || complain "$bundle: a block has expired, or will within 30 days"
of_server=$(openssl x509 -in "$server" -noout -fingerprint -sha256)
for said in "$of_pub" "$of_server"; do
    print=${said##*ingerprint=}
    print=${print%%
*}
    case $held in
        *"$print"*) ;;
        *) complain "$bundle does not hold $print" ;;
    esac
done

# Owner and mode of all six files and of ita.ini.
found=$(stat -c '%U %a' "$prv" "$stash" "$ini" "$pub" "$cert" "$bundle" "$seed")
wanted="$user 600
$user 600
$user 644
$user 644
$user 644
$user 644
$user 644"
[ "$found" = "$wanted" ] || complain "owner or mode: $found"

exit "$bad"
