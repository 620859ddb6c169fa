#!/bin/sh
# Before MongoDB starts for the first time: the passwords are looked at, and the key of the replica set is made.
# Runs as root with CHOWN as its only capability, so whatever needs another owner's file has to come before chown.
set -eu

folder=${1:-/mongo-key}
owner=${2:-999:999}

for name in $(env | sed -n 's/^\([A-Z_]*_PASSWORD\)=.*/\1/p'); do
  eval "value=\$$name"
  case $value in
    replace-*)
      echo "$name is still the placeholder of .env.example: set it to the output of openssl rand -hex 24" >&2
      exit 1
      ;;
    *[!A-Za-z0-9_-]*)
      echo "$name has characters with a meaning in a connection string: use letters, digits, - and _" >&2
      exit 1
      ;;
  esac
done

[ -s "$folder/keyfile" ] && exit 0
rm -f "$folder/keyfile.new"
umask 077
head -c 756 /dev/urandom | base64 > "$folder/keyfile.new"
chmod 400 "$folder/keyfile.new"
chown "$owner" "$folder/keyfile.new"
mv "$folder/keyfile.new" "$folder/keyfile"
