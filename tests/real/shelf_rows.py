"""The rows of the shelf (see shelf.py): how each file is made, and what it is by the contract."""

from __future__ import annotations

from itertools import product
from typing import Iterator, Tuple

from real.shelf import Row, rows_of

KEYS = """
key.pem | cp key $F | private-key pkcs8 ascii no | = | RSA, 2048 bits, not encrypted
step4.key | openssl genrsa -des3 -passout pass:$P -out $F 2048 | private-key pkcs8 ascii yes | = | encrypted
aes.pem | openssl pkcs8 -topk8 -in key -v2 aes256 -passout pass:$P -out $F | private-key pkcs8 ascii yes | =
scrypt.pem | openssl pkcs8 -topk8 -in key -scrypt -passout pass:$P -out $F | private-key pkcs8 ascii yes | =
pbe-sha1-3des.pem | openssl pkcs8 -topk8 -in key -v1 PBE-SHA1-3DES -passout pass:$P -out $F | private-key pkcs8 ascii yes | =
pbe-md5-des.pem | openssl pkcs8 -provider legacy -provider default -topk8 -in key -v1 PBE-MD5-DES -passout pass:$P -out $F | private-key pkcs8 ascii yes | =
old.pem | cp old $F | private-key traditional ascii no | = | traditional
old-des3.pem | openssl rsa -in key -traditional -des3 -passout pass:$P -out $F | private-key traditional ascii yes | =
old-aes.pem | openssl rsa -in key -traditional -aes256 -passout pass:$P -out $F | private-key traditional ascii yes | =
key.der | openssl pkcs8 -topk8 -nocrypt -in key -outform DER -out $F | private-key pkcs8 binary no | = | DER
locked.der | openssl pkcs8 -topk8 -in key -outform DER -passout pass:$P -out $F | private-key pkcs8 binary yes | = | DER
old.der | openssl rsa -in key -traditional -outform DER -out $F | private-key traditional binary no | = | DER
ec-with-parameters.pem | cp ec $F | private-key sec1 ascii no | parameters = | EC
ec-alone.pem | openssl ec -in ec -out $F | private-key sec1 ascii no | = | EC
ec-locked.pem | openssl ec -in ec -aes256 -passout pass:$P -out $F | private-key sec1 ascii yes | =
ec-8.pem | openssl pkcs8 -topk8 -nocrypt -in ec -out $F | private-key pkcs8 ascii no | = | EC
ec-8-locked.pem | openssl pkcs8 -topk8 -in ec -passout pass:$P -out $F | private-key pkcs8 ascii yes | =
ec.der | openssl ec -in ec -outform DER -out $F | private-key sec1 binary no | = | DER
ec-8.der | openssl pkcs8 -topk8 -nocrypt -in ec -outform DER -out $F | private-key pkcs8 binary no | =
ec-no-public.der | openssl ec -in ec -no_public -outform DER -out $F | private-key sec1 binary no | =
ec-explicit.pem | openssl ec -in ec -param_enc explicit -out $F | private-key sec1 ascii no | =
dsa.pem | cp dsa $F | private-key pkcs8 ascii no | = | DSA
dsa-old.pem | openssl dsa -in dsa -traditional -out $F 2>/dev/null || openssl pkey -in dsa -traditional -out $F | private-key traditional ascii no | = | DSA
dsa-old.der | openssl pkey -in dsa -traditional -outform DER -out $F | private-key traditional binary no | =
dsa-8.der | openssl pkcs8 -topk8 -nocrypt -in dsa -outform DER -out $F | private-key pkcs8 binary no | =
ed25519.pem | cp ed $F | private-key pkcs8 ascii no | = | Ed25519
ed25519-locked.pem | openssl pkcs8 -topk8 -in ed -passout pass:$P -out $F | private-key pkcs8 ascii yes | =
ed448.der | openssl genpkey -algorithm ed448 -outform DER -out $F | private-key pkcs8 binary no | =
x25519.pem | openssl genpkey -algorithm x25519 -out $F | private-key pkcs8 ascii no | =
pss.pem | openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out $F | private-key pkcs8 ascii no | =
dh-key.pem | openssl genpkey -algorithm DH -pkeyopt group:ffdhe2048 -out $F | private-key pkcs8 ascii no | =
key-with-words.pem | openssl pkey -in key -text -out $F | private-key pkcs8 ascii no | =
key-from-store.pem | openssl pkcs12 -in p12 -passin pass:$P -nocerts -nodes -out $F | private-key pkcs8 ascii no | =
key-crlf.pem | sed 's/$/\\r/' locked > $F | private-key pkcs8 ascii yes | =
tls.key | openssl rsa -in key -traditional -aes256 -passout pass:$P -out $F | private-key traditional ascii yes | =
id_rsa | cp ssh $F | private-key openssh ascii no | = | OpenSSH, RSA
id_rsa-locked | cp ssh $F; ssh-keygen -q -p -N $P -f $F | private-key openssh ascii yes | = | encrypted
id_ed25519 | ssh-keygen -q -t ed25519 -N "" -f $F | private-key openssh ascii no | =
id_ed25519-locked | ssh-keygen -q -t ed25519 -N $P -f $F | private-key openssh ascii yes | =
id_ecdsa | ssh-keygen -q -t ecdsa -N "" -f $F | private-key openssh ascii no | =
id_rsa-as-pem | cp ssh $F; ssh-keygen -q -p -m PEM -N "" -f $F | private-key traditional ascii no | =
id_rsa-as-pem-locked | cp ssh $F; ssh-keygen -q -p -m PEM -N $P -f $F | private-key traditional ascii yes | =
id_rsa-as-pkcs8 | cp ssh $F; ssh-keygen -q -p -m PKCS8 -N $P -f $F | private-key pkcs8 ascii yes | =
public.pem | openssl pkey -in key -pubout -out $F | public-key pem ascii - | = | RSA, 2048 bits
public.der | openssl pkey -in key -pubout -outform DER -out $F | public-key der binary - | = | DER
public-old.pem | openssl rsa -in key -RSAPublicKey_out -out $F | public-key pem ascii - | =
public-old.der | openssl rsa -in key -RSAPublicKey_out -outform DER -out $F | public-key der binary - | =
public-ec.pem | openssl ec -in ec -pubout -out $F | public-key pem ascii - | =
public-dsa.der | openssl pkey -in dsa -pubout -outform DER -out $F | public-key der binary - | =
public-ed.der | openssl pkey -in ed -pubout -outform DER -out $F | public-key der binary - | =
id_rsa.pub | cp ssh.pub $F | public-key - ascii - | =
id_ed25519.pub | ssh-keygen -q -t ed25519 -N "" -f $F.key; cp $F.key.pub $F | public-key - ascii - | =
id_ecdsa.pub | ssh-keygen -q -t ecdsa -N "" -f $F.key; cp $F.key.pub $F | public-key - ascii - | =
ssh2.pub | ssh-keygen -e -m RFC4716 -f ssh.pub > $F | public-key - ascii - | =
ssh-as-pem.pub | ssh-keygen -e -m PEM -f ssh.pub > $F | public-key pem ascii - | =
ssh-as-pkcs8.pub | ssh-keygen -e -m PKCS8 -f ssh.pub > $F | public-key pem ascii - | =
ec-parameters.pem | openssl ecparam -name prime256v1 -out $F | text pem ascii - | parameters
dh-parameters.pem | openssl dhparam -dsaparam -out $F 1024 | text pem ascii - | parameters
dsa-parameters.pem | openssl dsaparam -out $F 1024 | text pem ascii - | parameters
dh-parameters.der | openssl dhparam -dsaparam -outform DER -out $F 1024 | unknown der binary - | parameters
ec-parameters.der | openssl ecparam -name prime256v1 -param_enc explicit -outform DER -out $F | unknown der binary - | parameters
dsa-parameters.der | openssl dsaparam -outform DER -out $F 1024 | unknown der binary - | parameters
"""

CERTIFICATES = """
nc117031.crt | cp cert $F | certificate pem ascii - | = | CN=nc117031
v3.pem | cp v3 $F | certificate pem ascii - | = | CN=master
v3.der | cp v3der $F | certificate der binary - | = | DER
v1.der | openssl x509 -in cert -outform DER -out $F | certificate der binary - | =
words.pem | openssl x509 -in v3 -text -out $F | certificate pem ascii - | =
trusted.pem | openssl x509 -in v3 -trustout -addtrust serverAuth -out $F | certificate pem ascii - | =
x509-label.pem | sed 's/N CERTIFICATE/N X509 CERTIFICATE/;s/D CERTIFICATE/D X509 CERTIFICATE/' v3 > $F | certificate pem ascii - | =
ec-certificate.pem | openssl req -x509 -key ec -subj /CN=ec -out $F | certificate pem ascii - | =
ed-certificate.der | openssl req -x509 -key ed -subj /CN=ed -outform DER -out $F | certificate der binary - | =
server.pem | keytool -export -rfc -alias server -keystore jks -storepass default -file $F | certificate pem ascii - | = | CN=m
server.cer | keytool -export -alias server -keystore jks -storepass default -file $F | certificate der binary - | =
from-store.pem | openssl pkcs12 -in p12 -passin pass:$P -nokeys -out $F | certificate pem ascii - | =
crlf.crt | sed 's/$/\\r/' v3 > $F | certificate pem ascii - | =
nobody.pem | openssl req -x509 -key key -subj / -out $F | certificate pem ascii - | = | nobody
bundle.pem | cp bundle $F | certificates pem ascii - | = = | 2 certificates, CN=nc117031, CN=master
bundle-three.pem | cat cert v3 ca > $F | certificates pem ascii - | = = =
bundle-with-words.pem | openssl x509 -in cert -text > $F; openssl x509 -in v3 -text >> $F | certificates pem ascii - | = =
bundle.der | cat v3der v3der v3der > $F | certificates der binary - | certificate certificate certificate
chain.pem | keytool -list -rfc -keystore jks -storepass default > $F | certificate pem ascii - | =
tls.crt | cat cert ca > $F | certificates pem ascii - | = =
ca.crt | cp ca $F | certificate pem ascii - | = | CN=TWSca
nc117031.csr | cp request $F | certificate-request pem ascii - | =
new.csr | openssl req -in request -newhdr -out $F | certificate-request pem ascii - | =
keytool.csr | keytool -certreq -alias server -keystore jks -storepass default -file $F | certificate-request pem ascii - | =
request.der | openssl req -in request -outform DER -out $F | certificate-request der binary - | =
request-words.pem | openssl req -in request -text -out $F | certificate-request pem ascii - | =
request-ec.der | openssl req -new -key ec -subj /CN=ec -addext subjectAltName=DNS:a -outform DER -out $F | certificate-request der binary - | =
ca.crl | cp crl $F | crl pem ascii - | =
crl.der | openssl crl -in crl -outform DER -out $F | crl der binary - | =
crl-v1.der | sed /crlnumber/d ca.cnf > v1.cnf; openssl ca -config v1.cnf -gencrl -keyfile cakey -cert ca | openssl crl -outform DER -out $F | crl der binary - | =
crl-words.pem | openssl crl -in crl -text -out $F | crl pem ascii - | =
"""

STORES = """
store.p12 | cp p12 $F | pkcs12 der binary yes | =
store.pfx | openssl pkcs12 -export -legacy -inkey key -in cert -passout pass:$P -out $F | pkcs12 der binary yes | = | old cipher
store-descert.p12 | openssl pkcs12 -export -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -inkey key -in cert -passout pass:$P -out $F | pkcs12 der binary yes | =
store-open.p12 | openssl pkcs12 -export -keypbe NONE -certpbe NONE -nomaciter -inkey key -in cert -passout pass: -out $F | pkcs12 der binary yes | =
store-no-mac.p12 | openssl pkcs12 -export -nomac -inkey key -in cert -passout pass:$P -out $F | pkcs12 der binary yes | =
store-no-key.p12 | openssl pkcs12 -export -nokeys -in bundle -passout pass:$P -out $F | pkcs12 der binary yes | =
TWSServerKeyFile.p12 | keytool -importkeystore -srckeystore jks -srcstorepass default -destkeystore $F -deststoretype PKCS12 -deststorepass default | pkcs12 der binary yes | =
TWSServerTrust.jks | keytool -import -noprompt -alias a -file v3 -keystore $F -storetype PKCS12 -storepass default | pkcs12 der binary yes | =
keytool-old.p12 | keytool -J-Dkeystore.pkcs12.legacy -importkeystore -srckeystore jks -srcstorepass default -destkeystore $F -deststoretype PKCS12 -deststorepass default | pkcs12 der binary yes | = | old cipher
TWSServerKeyFile.jks | cp jks $F | jks - binary yes | - | 1 entry
trust.jks | cp jks $F; keytool -import -noprompt -alias a -file v3 -keystore $F -storepass default | jks - binary yes | - | 2 entries
store.jceks | keytool -importkeystore -srckeystore jks -srcstorepass default -destkeystore $F -deststoretype JCEKS -deststorepass default | jceks - binary yes | - | 1 entry
secret.jceks | keytool -genseckey -alias k -keyalg AES -keysize 128 -keystore $F -storetype JCEKS -storepass default -keypass default | jceks - binary yes
TWSClientKeyStore.kdb | cp gskit6 $F | gskit-kdb - binary yes
older.kdb | cp gskit4 $F | gskit-kdb - binary yes
oldest.kdb | cp gskit3 $F | gskit-kdb - binary yes
TWSClientKeyStore.sth | cp sth129 $F | gskit-stash - binary -
newer-gskit.sth | cp sth193 $F | gskit-stash - binary -
gskit-as-ours.sth | cp sth129 $F | gskit-stash - binary -
reply.p7b | cp p7 $F | pkcs7 pem ascii - | =
reply.p7c | openssl crl2pkcs7 -nocrl -certfile bundle -outform DER -out $F | pkcs7 der binary - | =
crl-only.p7 | openssl crl2pkcs7 -in crl -out $F | pkcs7 pem ascii - | =
crl-only.p7c | openssl crl2pkcs7 -in crl -outform DER -out $F | pkcs7 der binary - | =
signed.p7 | openssl smime -sign -in ini -signer v3 -inkey key -outform PEM -out $F | pkcs7 pem ascii - | =
cms.pem | openssl cms -sign -in ini -signer v3 -inkey key -outform PEM -out $F | pkcs7 pem ascii - | =
stream.p7 | openssl cms -sign -stream -nodetach -in ini -signer v3 -inkey key -outform DER -out $F | pkcs7 der binary - | =
envelope.p7 | openssl smime -encrypt -in ini -outform DER -out $F v3 | pkcs7 der binary - | =
signed-data.p7 | sed 's/ PKCS7/ PKCS #7 SIGNED DATA/' p7 > $F | pkcs7 pem ascii - | =
"""

SECRETS = """
nc117031.sth | cp stash $F | stash - ascii -
one-line.sth | printf %s "$(cat stash)" > $F | stash - ascii -
crlf.sth | sed 's/$/\\r/' stash > $F | stash - ascii -
tls.sth | cp stash $F | stash - ascii - | - | password
blanks.sth | printf '  %s  \\n\\n' "$(cat stash)" > $F | stash - ascii -
long.sth | head -c 60 key | tr -d '\\n' | openssl base64 -out $F | stash - ascii -
umlaut.sth | printf 'Stra\\303\\237e-12' | openssl base64 -out $F | stash - ascii -
latin.sth | printf 'Strasse-M\\374nchen' | openssl base64 -out $F | stash - ascii -
with-line-end.sth | echo $P | openssl base64 -out $F | stash - ascii -
twice.sth | openssl base64 -in stash -out $F | stash - ascii -
no-padding.sth | tr -d = < stash > $F | stash - ascii - | - | `=`
ebcdic-word.sth | iconv -t IBM037 word | openssl base64 -out $F | stash - ascii - | - | EBCDIC
ebcdic-word-500.sth | iconv -t IBM500 word | openssl base64 -out $F | stash - ascii - | - | EBCDIC
utf-16-word.sth | iconv -t UTF-16LE word | openssl base64 -out $F | stash - ascii - | - | UTF-16
utf-16-be-word.sth | iconv -t UTF-16BE word | openssl base64 -out $F | stash - ascii - | - | UTF-16
utf-16-marked-word.sth | iconv -t UTF-16 word | openssl base64 -out $F | stash - ascii - | - | UTF-16
line-end.sth | echo | openssl base64 -out $F | stash - ascii - | - | line end
line-end-crlf.sth | printf '\\r\\n' | openssl base64 -out $F | stash - ascii - | - | line end
nc117031.pwd | cp word $F | text - ascii -
plain.sth | cp word $F | text - ascii -
hex.txt | od -An -tx1 word > $F | text - ascii -
tws.rnd | openssl rand -out $F 8192 | seed - binary -
tls.rnd | openssl rand -out $F 1024 | seed - binary -
small.rnd | openssl rand -out $F 128 | seed - binary -
big.rnd | head -c 100000 /dev/urandom > $F | seed - binary -
zeros.rnd | head -c 8192 /dev/zero > $F | unknown - binary -
random.txt | openssl rand -base64 -out $F 6000 | text - ascii -
random-hex.txt | openssl rand -hex -out $F 4096 | text - ascii -
"""

SETTINGS = """
ita.ini | cp ini $F | ita-ini - ascii -
renamed.ini.old | cp ini $F | ita-ini - ascii -
ita-crlf.ini | sed 's/$/\\r/' ini > $F | ita-ini - ascii -
ita-latin.ini | printf '# f\\374r M\\344rz\\n' | cat - ini > $F | ita-ini - latin-1 -
ita-utf-8.ini | printf '# f\\303\\274r M\\303\\244rz\\n' | cat - ini > $F | ita-ini - utf-8 -
ita-spoilt.ini | sed 's/^ssl_port.*/ssl_port/' ini > $F | ita-ini - ascii - | - | line 7
ita-section-open.ini | sed 's/ITA SSL]/ITA SSL/' ini > $F | ita-ini - ascii - | - | line 5
ita-nul.ini | printf '\\000' | cat ini - > $F | ita-ini - ascii -
JobManager.ini | cp job $F | jobmanager-ini - ascii -
JobManagerGW.ini | cp gateway $F | jobmanager-ini - ascii -
job.bak | cp job $F | jobmanager-ini - ascii -
localopts | cp localopts.txt $F | localopts - ascii -
localopts.old | cp localopts.txt $F | localopts - ascii -
other.ini | printf '[mysqld]\\nport = 3306\\nuser = mysql\\n' > $F | text - ascii -
openssl.cnf | cp ca.cnf $F | text - ascii -
"""

OTHERS = """
archive.zip | python3 -m zipfile -c $F key ini | unknown - binary - | - | ZIP
picture.jpg | cp jpeg $F | unknown - binary - | - | JPEG
program | cp "$(command -v openssl)" $F | unknown - binary - | - | program
archive.tar.gz | tar czf $F key ini cert | unknown - binary - | - | gzip
archive.tar | tar cf $F key ini cert | unknown - binary -
store.bks | cp bc $F | unknown - binary - | - | BouncyCastle
enc | openssl enc -aes256 -pbkdf2 -pass pass:$P -in key -out $F | unknown - binary - | - | openssl enc
id-cert.pub | ssh-keygen -q -t ed25519 -N "" -f $F.ca; ssh-keygen -q -s $F.ca -I x -n x -f ssh.pub ssh.pub; cp ssh-cert.pub $F | text - ascii -
message.asc | printf -- '-----BEGIN PGP MESSAGE-----\\n\\nhQEMA0000000\\n=abcd\\n-----END PGP MESSAGE-----\\n' > $F | text - ascii -
pgp-key.asc | printf -- '-----BEGIN PGP PRIVATE KEY BLOCK-----\\n\\nlQOYB000\\n=abcd\\n-----END PGP PRIVATE KEY BLOCK-----\\n' > $F | text - ascii -
pgp-public.asc | printf -- '-----BEGIN PGP PUBLIC KEY BLOCK-----\\n\\nmQENB000\\n=abcd\\n-----END PGP PUBLIC KEY BLOCK-----\\n' > $F | text - ascii -
key.ppk | cp putty $F | text - ascii -
known_hosts | printf 'nc060201 %s\\n' "$(cut -d' ' -f1,2 ssh.pub)" > $F | text - ascii -
error.pem | printf '<!DOCTYPE html>\\n<html><body>404 Not Found</body></html>\\n' > $F | text - ascii - | - | HTML
answer.json | printf '{"certificate": "none"}\\n' > $F | text - ascii -
README | printf 'Put the END of the key here, then BEGIN again.\\nf\\303\\274r\\n' > $F | text - utf-8 -
script.sh | printf '#!/bin/sh\\nexec openssl version\\n' > $F | text - ascii -
words.txt | openssl x509 -in v3 -noout -text > $F | text - ascii -
empty.pem | : > $F | empty - ascii -
blank.pem | printf ' \\t\\n\\r\\n\\n' > $F | empty - ascii -
mark.pem | printf '\\357\\273\\277\\r\\n' > $F | empty - utf-8-bom -
blank-16.pem | printf ' \\n' | iconv -t UTF-16 > $F | empty - utf-16-le -
"""

MIXED = """
key-and-certificate.pem | cat locked cert > $F | mixed pem ascii yes | private-key certificate | private-key, certificate
certificate-and-key.pem | cat cert key > $F | mixed pem ascii no | certificate private-key
two-keys.pem | cat key locked > $F | mixed pem ascii no | private-key private-key
two-locked-keys.pem | cat locked locked > $F | mixed pem ascii yes | private-key private-key
request-and-certificate.pem | cat request cert > $F | mixed pem ascii - | certificate-request certificate
certificate-and-crl.pem | cat cert crl > $F | mixed pem ascii - | certificate crl
all-of-a-store.pem | openssl pkcs12 -in p12 -passin pass:$P -nodes -out $F | mixed pem ascii no | certificate private-key
certificate-and-pkcs7.pem | cat cert p7 > $F | mixed pem ascii - | certificate pkcs7
key-and-public.pem | openssl pkey -in key -out $F; openssl pkey -in key -pubout >> $F | mixed pem ascii no | private-key public-key
parameters-and-certificate.pem | openssl ecparam -name prime256v1 > $F; cat cert >> $F | certificate pem ascii - | parameters certificate
key-certificate-bundle.pem | cat key bundle > $F | mixed pem ascii no | private-key certificate certificate
certificate-behind-mark.pem | (cat cert; printf '\\357\\273\\277'; cat v3) > $F | certificates pem utf-8 - | certificate certificate | broken
der-and-key.der | openssl pkey -in key -outform DER | cat v3der - > $F | certificate der binary - | certificate | behind its end
"""

BROKEN = """
no-end.crt | sed '/END/d' v3 > $F | certificate pem ascii - | = | broken, END line
no-begin.crt | sed '/BEGIN/d' v3 > $F | certificate pem ascii - | = | broken, BEGIN line
cut.crt | head -c 500 v3 > $F | certificate pem ascii - | = | broken
cut-der.crt | head -c 300 v3der > $F | certificate der binary - | = | broken, byte 300
one-line.pem | (printf %s "$(cat cert)"; cat v3) > $F | certificates pem ascii - | = = | broken, one line
bad-base64.crt | sed '3s/./*/' v3 > $F | certificate pem ascii - | = | broken in line 3
lost-line.crt | sed 3d v3 > $F | certificate pem ascii - | = | broken
dashes.crt | sed 's/-----BEGIN/----BEGIN/' v3 > $F | certificate pem ascii - | = | broken in line 1
labels.crt | sed 's/END CERTIFICATE/END RSA PRIVATE KEY/' v3 > $F | certificate pem ascii - | = | broken
joined.crt | tr -d '\\n' < v3 > $F | certificate pem ascii - | = | broken
no-armour.crt | sed '/-----/d' v3 > $F | certificate pem ascii - | = | without its BEGIN and END
no-armour-one-line.crt | sed '/-----/d' v3 | tr -d '\\n' > $F | certificate pem ascii - | = | without its BEGIN and END
no-armour.key | sed '/-----/d' locked > $F | private-key pkcs8 ascii yes | = | without its BEGIN and END
no-armour-clear.key | sed '/-----/d' key > $F | private-key pkcs8 ascii no | =
no-armour.csr | sed '/-----/d' request > $F | certificate-request pem ascii - | =
no-armour.p7b | sed '/-----/d' p7 > $F | pkcs7 pem ascii - | =
no-armour.p12 | openssl base64 -in p12 -out $F | pkcs12 pem ascii yes | =
no-end.key | sed '/END/d' locked > $F | private-key pkcs8 ascii yes | = | broken
cut.key | head -c 300 locked > $F | private-key pkcs8 ascii yes | = | broken
cut-old.key | openssl rsa -in key -traditional -des3 -passout pass:$P | head -c 500 > $F | private-key traditional ascii yes | = | broken
cut-key.der | openssl pkcs8 -topk8 -nocrypt -in key -outform DER | head -c 300 > $F | private-key pkcs8 binary no | = | byte 300
cut-ssh.key | head -c 700 ssh > $F | private-key openssh ascii - | = | broken
cut.csr | head -c 400 request > $F | certificate-request pem ascii - | = | broken
cut-csr.der | openssl req -in request -outform DER | head -c 200 > $F | certificate-request der binary - | = | byte 200
cut.p12 | head -c 300 p12 > $F | pkcs12 der binary yes | = | byte 300
cut.p7c | openssl pkcs7 -in p7 -outform DER | head -c 300 > $F | pkcs7 der binary - | = | byte 300
cut-crl.der | openssl crl -in crl -outform DER | head -c 200 > $F | crl der binary - | = | byte 200
cut.jks | head -c 300 jks > $F | jks - binary yes
tail.crt | (cat v3der; echo more) > $F | certificate der binary - | = | behind its end
ascii-ftp.der | sed 's/$/\\r/' v3der > $F | certificate der binary - | =
noise-before.pem | (head -c 40 /dev/zero | tr '\\000' '\\001'; echo; cat v3) > $F | certificate pem binary - | =
other-label.pem | sed 's/CERTIFICATE/RSA PRIVATE KEY/' v3 > $F | private-key traditional ascii - | = | broken
"""

# Our own files, each as people's tools change them on the way.
SOURCES = {
    "locked": ("private-key pkcs8 {} yes", "="),
    "v3": ("certificate pem {} -", "="),
    "bundle": ("certificates pem {} -", "= ="),
    "request": ("certificate-request pem {} -", "="),
    "p7": ("pkcs7 pem {} -", "="),
    "stash": ("stash - {} -", "-"),
    "ini": ("ita-ini - {} -", "-"),
    "job": ("jobmanager-ini - {} -", "-"),
    "localopts.txt": ("localopts - {} -", "-"),
}
FORMS = {
    "utf-8-bom": ("utf-8-bom", "(printf '\\357\\273\\277'; cat {}) > $F"),
    "utf-16-le": ("utf-16-le", "iconv -t UTF-16LE {} > $F"),
    "utf-16-be": ("utf-16-be", "iconv -t UTF-16BE {} > $F"),
    "utf-16-le-marked": ("utf-16-le", "(printf '\\377\\376'; iconv -t UTF-16LE {}) > $F"),
    "utf-16-be-marked": ("utf-16-be", "(printf '\\376\\377'; iconv -t UTF-16BE {}) > $F"),
    "utf-16-crlf": ("utf-16-le", "sed 's/$/\\r/' {} | iconv -t UTF-16 > $F"),
}
PAGES = ("037", "273", "280", "284", "285", "297", "500", "871", "1047", "1140", "1141", "1148")
for _page, (_ending, _octal) in product(PAGES, (("lf", "045"), ("nel", "025"))):
    FORMS[f"ebcdic-{_page}-{_ending}"] = ("ebcdic", f"iconv -t IBM{_page} {{}} | tr '\\045' '\\{_octal}' > $F")


def converted() -> Iterator[str]:
    """A row for each of our own files in each encoding."""
    for (source, (facts, blocks)), (form, (encoding, how)) in product(SOURCES.items(), FORMS.items()):
        yield f"{source}.{form} | {how.format(source)} | {facts.format(encoding)} | {blocks}"


PLAIN: Tuple[Row, ...] = rows_of(KEYS + CERTIFICATES + STORES + SECRETS + SETTINGS + OTHERS + MIXED + BROKEN)
CONVERTED: Tuple[Row, ...] = rows_of("\n".join(converted()))
