    set -e
      ls

    exit


