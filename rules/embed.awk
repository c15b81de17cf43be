# Make a table of texts, each with the name of its file without the ending:
#	awk -v header=HEADER -v table='TYPE NAME' -f embed.awk FILE...
BEGIN {
	print "/* Made by rules/embed.awk. */"
	print "#include \"" header "\"\n"
	print "const " table "[] = {"
}

FNR == 1 {
	if (open)
		print "\t},"
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\.[^.]*$/, "", name)
	printf "\t{ \"%s\",\n", name
	open = 1
}

# A backslash in the replacement of gsub() means something else to each awk.
{
	line = ""
	for (i = 1; i <= length($0); i++) {
		c = substr($0, i, 1)
		line = line (c == "\\" || c == "\"" ? "\\" c : c)
	}
	printf "\t  \"%s\\n\"\n", line
}

END {
	if (open)
		print "\t},"
	print "\t{ 0 },"
	print "};"
}
